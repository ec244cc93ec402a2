"""Where effects happen, and nowhere else: recording, typesetting, the door."""
