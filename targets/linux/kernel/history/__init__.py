"""What kernels changed by intent, a file for each part of the stack: its features and its rows."""
