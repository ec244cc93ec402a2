"""What each act of the office does, within one transaction; who may is not asked here, but in `services.acts`."""
