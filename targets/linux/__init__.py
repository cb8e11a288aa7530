"""The reference model: parts of Linux, in Linux's words. It knows no operations and no judging."""
