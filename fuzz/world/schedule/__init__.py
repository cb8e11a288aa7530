"""Strategies: who goes on at a point; one strategy a file."""
