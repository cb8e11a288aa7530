"""What targets on the reference model share: settings, page contents, device operations."""
