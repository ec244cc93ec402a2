"""Where effects happen, and nowhere else: recording, typesetting, the submitter."""
