"""Reports and timelines as Markdown and plain text that survive a mail."""
