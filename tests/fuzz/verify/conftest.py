"""The programs that are verified here are no tests: they are cases of toys, and expect nothing."""

collect_ignore = ["programs"]
