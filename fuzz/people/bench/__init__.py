"""The benchmark: how many executions searchers need for bugs that are known."""
