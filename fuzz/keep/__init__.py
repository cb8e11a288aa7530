"""What outlives a run: corpus and crash folders, in which nothing is ever half there."""
