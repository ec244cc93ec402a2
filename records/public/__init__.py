"""What strangers ask: counted, so that nobody can try every number."""
