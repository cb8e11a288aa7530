"""How well findings are told apart: raw ones of known bugs, and the groups that triage makes."""
