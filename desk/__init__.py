"""What people touch: command line, played seasons, demo."""
