"""The watcher of memory: what was handed out, what was written, what was freed, and what is used.

`shadow` knows regions of an address space; `objects` knows things that have no address here.
The watcher only reports: the system under test goes on with whatever damage it did.
"""
