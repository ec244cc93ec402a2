"""What an office sets for itself: how its cases go, and on what terms its people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from records.office.world import policies
from records.people.terms import written_policies
from records.store.database import Database
from services.acting.calendar import RESOLVED, shown_policies
from states.office.commands import OfficeCommand, SetPolicies, SetSignIn
from states.office.people import SignInPolicies
from states.office.refusals import BadPolicy
from states.policies import Policies

_OF_CASES = frozenset(Policies.__struct_fields__) - RESOLVED
_OF_PEOPLE = frozenset(SignInPolicies.__struct_fields__)


def in_force(database: Database) -> dict[str, Any]:
    """Every policy by name, as plain values, for people to look at."""
    with database.reading() as connection:
        terms = written_policies(connection)
        of_people = {name: msgspec.to_builtins(getattr(terms, name)) for name in SignInPolicies.__struct_fields__}
        return {**shown_policies(policies(connection)), **of_people}


def changing(changes: Mapping[str, str], reason: str) -> list[OfficeCommand]:
    """The acts that put `changes` in force: one for each kind of policy that is touched. Raises BadPolicy."""
    known = _OF_CASES | _OF_PEOPLE
    if unknown := [name for name in changes if name not in known]:
        raise BadPolicy(why=f"没有“{'、'.join(unknown)}”（可用：{'、'.join(sorted(known))}）")
    of_cases = {name: value for name, value in changes.items() if name in _OF_CASES}
    of_people = {name: value for name, value in changes.items() if name in _OF_PEOPLE}
    acts: list[OfficeCommand] = []
    if of_cases:
        acts.append(SetPolicies(changes=of_cases, reason=reason))
    if of_people:
        acts.append(SetSignIn(changes=of_people, reason=reason))
    return acts
