"""The web page of a campaign: for this machine, read-only, and nothing that it shows is run."""
