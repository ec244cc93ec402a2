"""What people write to choose cases by, to what is on record: Chinese names and near ones; the unknown is refused."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from records.case.selecting import BadFilter
from records.office.world import catalog_in_force
from records.store.database import Database
from services.coercion.centres import centre as centre_of
from services.coercion.values import BadValue
from states.reference.centres import centres
from states.words import STATE_NAMES, State

_NEAR = 0.8  # alike enough to be the same word mistyped


class CaseFilters(NamedTuple):
    """What cases are chosen by, as it is on record; `notes` say what was read as what."""

    state: str = ""
    centre: str = ""
    occupation: str = ""
    notes: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """The filters by their names."""
        return {"state": self.state, "centre": self.centre, "occupation": self.occupation}


def case_filters(database: Database, *, state: str = "", centre: str = "", occupation: str = "") -> CaseFilters:
    """The filters that were meant. Raises BadFilter for one that means nothing, naming what is like it."""
    with database.reading() as connection:
        found = CaseFilters(
            state_meant(state) if state else "",
            _centre_meant(centre) if centre else "",
            _occupation_meant(connection, occupation) if occupation else "",
        )
    shown = f"{found.state} {STATE_NAMES[State(found.state)]}" if found.state else ""
    read = (("状态", state, shown), ("鉴定中心", centre, found.centre), ("职业", occupation, found.occupation))
    return found._replace(notes=tuple(f"{what}“{given}”读作 {said}" for what, given, said in read if given not in said))


def meant(connection: Connection, conditions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The conditions of a mass command by what is on record. Raises BadFilter as `case_filters` does."""
    reads: Mapping[str, Callable[[str], str]] = {
        "state": state_meant,
        "centre": _centre_meant,
        "occupation": partial(_occupation_meant, connection),
    }
    return {
        name: [reads[name](value) if name in reads else value for value in values]
        for name, values in conditions.items()
    }


def state_meant(written: str) -> str:
    """The state called `written`, in English or Chinese, whole or nearly. Raises BadFilter."""
    names = {state.value: state for state in State} | {STATE_NAMES[state]: state for state in State}
    return _one(written.strip().casefold(), names, "状态").value


def _one(written: str, names: Mapping[str, State], what: str) -> State:
    if written in names:
        return names[written]
    part = {names[name] for name in names if len(written) > 1 and written in name}
    near = {names[name] for name in difflib.get_close_matches(written, names, n=3, cutoff=_NEAR)}
    for found in (near, part):
        if len(found) == 1:
            return found.pop()
    like = difflib.get_close_matches(written, names, n=3, cutoff=0.4)
    known = "、".join(f"{state.value} {STATE_NAMES[state]}" for state in State)
    hint = f"是否 {'、'.join(like)}？" if like else ""
    raise BadFilter(f"没有{what}“{written}”；{hint}可用：{known}")


def _centre_meant(written: str) -> str:
    try:
        return centre_of(written, centres().values())
    except BadValue as bad:
        raise BadFilter(f"鉴定中心“{written}”：{bad}") from bad


def _occupation_meant(connection: Connection, written: str) -> str:
    catalog = catalog_in_force(connection)
    if (found := catalog.find(written)) is not None:
        return found.occupation
    like = catalog.suggest(written)
    near = difflib.get_close_matches(written, like, n=2, cutoff=_NEAR)
    if len(near) == 1:
        return near[0]
    hint = f"；是否 {'、'.join(like)}？" if like else ""
    raise BadFilter(f"目录中没有职业“{written}”{hint}")
