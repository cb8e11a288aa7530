"""Measures: programs that `scripts/` start; each shows a claim of the project in figures."""
