"""The part of lz4 that Swapstorm uses; lz4 ships no types of its own."""
