"""Comparisons: the same cases on several kernels, designs or configurations, side by side."""
