"""The hub: where the workers of a campaign meet, and what it knows."""
