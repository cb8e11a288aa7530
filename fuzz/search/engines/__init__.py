"""Engines: which case comes next; one engine a file, all behind the protocol of `by_name`."""
