"""What targets on the reference model share: settings, page contents as arguments, device operations."""
