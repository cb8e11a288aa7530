"""Anonymous memory: page tables, faults, fork, reclaim, exit, and loads and stores."""
