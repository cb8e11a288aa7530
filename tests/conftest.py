"""The suite is as reproducible as what it tests: Hypothesis draws the same examples every time."""

from hypothesis import settings

settings.register_profile("swapstorm", derandomize=True, database=None, deadline=None)
settings.load_profile("swapstorm")
