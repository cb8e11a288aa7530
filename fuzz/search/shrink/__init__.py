"""Shrinking: the smallest case that still shows a finding; one pass a file.

A pass suggests smaller cases to `Attempts.consider`, which is the only way to improve. `shrink.py`
says in which order passes come and when they are done.
"""
