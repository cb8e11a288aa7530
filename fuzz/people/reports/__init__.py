"""Reports: a finding as data, and what makes Markdown, HTML and a trace of it."""
