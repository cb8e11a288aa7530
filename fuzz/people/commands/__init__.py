"""The commands of `swapstorm`, one file each."""
