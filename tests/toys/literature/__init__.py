"""Programs of the concurrency-testing literature, as targets: small, racy, with known figures.

They come from SCTBench (Thomson, Donaldson, Betts: PPoPP 2014) and are written anew from their
description. A task `main` creates the others in order and joins them; each access of a shared
name, each lock, unlock, wait, signal, creation and join is a point of its own.
"""
