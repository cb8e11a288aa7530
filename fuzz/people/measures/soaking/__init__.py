"""The parts of a soak: the campaign, what happens to it, and what is looked at afterwards."""
