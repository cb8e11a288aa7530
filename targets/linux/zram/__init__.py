"""zram: a block device in memory, which keeps its pages compressed [drivers/block/zram]."""
