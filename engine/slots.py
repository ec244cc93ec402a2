"""How much a worker takes in hand."""

AT_ONCE = 6
"""Workflow tasks of one worker. Six keep a core busy over its waits for the disk and the server; what is more only
stands in line inside the worker, where no priority helps an operator, and where a killed one takes it along."""
