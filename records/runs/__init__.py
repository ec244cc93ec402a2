"""Bulk runs: what was selected, and what became of every item."""
