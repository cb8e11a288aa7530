"""The target `zsmalloc`: the allocator alone, with objects that have owners."""

from targets.zsmalloc.target import TARGET as TARGET
