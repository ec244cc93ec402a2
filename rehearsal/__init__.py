"""Seasons on the rehearsal clock: scenarios, demonstration, sample candidates."""
