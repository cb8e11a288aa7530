"""Conformance: the same programs on a real kernel and on the model, every answer compared."""
