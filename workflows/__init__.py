"""Ordering and waiting: the case, its clock. No SQL, no Jinja, no rules."""
