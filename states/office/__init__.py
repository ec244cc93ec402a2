"""What an office itself does, apart from its cases: its people, and the acts that change how it works."""
