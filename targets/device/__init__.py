"""Programs of operations on the zram of a real kernel."""
