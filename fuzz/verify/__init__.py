"""Verification: all interleavings and placements of faults of a small program, within bounds."""
