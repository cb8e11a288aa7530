"""Page contents by recipe: a page of 4096 bytes as a few words in a case."""
