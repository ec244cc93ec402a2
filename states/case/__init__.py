"""The rules of one case. Read `table`, then `judge`."""
