"""How kernels differ: one table of features, one of defects."""
