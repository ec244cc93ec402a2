"""Killing everything at random while everything works, held afterwards against a book that was kept outside."""
