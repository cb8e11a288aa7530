"""The framework: deterministic worlds, racing tasks, and the search for what breaks them.

It knows tasks, points and faults, and nothing of any system under test: those live in `targets`.
Each part imports from itself and from the parts below it:

    people          reports, command line
    search | keep   finding new cases | storing them
    program         operations, cases and their text, execution
    sanitize        watchers that any target can use
    world           tasks on processors, points, virtual time
    values          choices, points, faults, findings
"""
