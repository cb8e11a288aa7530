"""What people see: timelines, reports, the command line, and how it finds targets."""
