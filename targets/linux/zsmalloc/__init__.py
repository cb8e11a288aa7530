"""zsmalloc: the allocator of compressed objects, packed across page borders and found by handle."""
