"""Which candidates the rules cannot tell apart: what of a person they look at when a case is opened and registered.

Whoever judges many rows asks once for all that are alike in everything but the person, and in this. A rule that looks
at more of a candidate adds it here.
"""

from __future__ import annotations

from datetime import date

from states.case.facts import Candidate
from states.reference.eligibility import SCHOOL_AGE, WORKING_AGE, age_on

PERSONAL = frozenset(Candidate.__struct_fields__)


_AGES = (SCHOOL_AGE, WORKING_AGE)
GROWN = len(_AGES)


def candidate_traits(birth: date | None, today: date) -> int | None:
    """What the rules see of a well-formed candidate on `today`: how many of their ages are reached, where known."""
    return None if birth is None else sum(age_on(birth, today) >= age for age in _AGES)
