"""The lock sanitizer: what lockdep does, for every lock of a world."""
