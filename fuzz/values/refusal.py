"""Refusals: what a system answers when it cannot or will not do what it was asked.

They are normal. Operations catch them; they are never findings.
"""


class Refusal(Exception):
    """The system refuses, with the name of its error: `ENOMEM`, `EBUSY`, `SIGBUS`."""

    def __init__(self, name: str) -> None:
        """Refuse with the error called `name`."""
        super().__init__(name)
        self.name = name
