"""Guests: real kernels that run the agent, one kind a file, all talked to in the same way."""
