"""The modelled machine: memory, pages and their flags, allocation masks, errors."""
