"""Forms of a triage: for a terminal, a mail, a program, a code scanner, a CI server."""
