"""The systems under test: a reference model of Linux, and a folder for each target of a case.

`targets.linux` says what the kernel does; it knows no operations and does no judging.
Each target adds those to a part of the model, and never imports another target.
"""
