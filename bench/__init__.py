"""Side-by-side measurements: ours and what it stands on, in one run, on one server, in turns."""
