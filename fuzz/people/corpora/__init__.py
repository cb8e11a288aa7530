"""Corpora measured: what their cases reach, which of them are needed for that, what was lost."""
