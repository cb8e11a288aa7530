"""Values that every other part speaks of: choices, points, faults, findings, refusals."""
