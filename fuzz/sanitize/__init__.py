"""Watchers that any target can use, each alone: memory, histories."""
