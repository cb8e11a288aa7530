"""What a run did, told: stories, their rows, and which of them are worth a line."""
