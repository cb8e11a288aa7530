"""The block layer: bios, devices, rw_page, the stable-writes capability, a CRC-checking disk."""
