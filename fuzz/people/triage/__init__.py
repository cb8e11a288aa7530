"""Triage: stored cases run again, put together by bug, and held against what was before."""
