"""Programs: operations, cases and their text, the target protocol, execution of one case."""
