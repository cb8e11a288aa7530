"""A campaign: searches of several targets on several kernels that go on for weeks."""
