"""Which candidates the rules cannot tell apart: what of a person they look at when a case is opened and registered.

Whoever judges many rows asks once for all that are alike in everything but the person, and in this. A rule that looks
at more of a candidate adds it here.
"""

from __future__ import annotations

from datetime import date

from states.case.facts import Candidate
from states.reference.eligibility import WORKING_AGE, age_on

PERSONAL = frozenset(Candidate.__struct_fields__)


def candidate_traits(birth: date | None, today: date) -> bool | None:
    """What the rules see of a well-formed candidate on `today`: too young, or not, or nobody knows."""
    return None if birth is None else age_on(birth, today) < WORKING_AGE
