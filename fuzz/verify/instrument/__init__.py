"""Instrumentation: code under test, rewritten so that each access to shared state is noted."""
