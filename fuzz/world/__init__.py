"""The deterministic world: tasks on CPUs, points, a virtual clock, locks, strategies."""
