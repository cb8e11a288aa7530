"""The agent: a program of the standard library that runs programs of operations on a real kernel.

It runs as root, on the running kernel or as the first process of a guest, and shares nothing with
the rest of the project: it is packed into one file, and any Python from 3.11 on runs that.
It touches only what it has made itself, and takes all of that away again.
"""
