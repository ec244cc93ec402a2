"""What the rules are judged in: the exit calendar, policies, holds. Every change grows `world`, so caches notice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, insert, select, text, update

from records.case.tables import CaseRow
from records.office.centres import registered
from records.office.tables import HoldRow, HolidayRow, OccupationRow, RedateRow, SettingRow
from records.store.prepared import Prepared
from states.business_dates import SHANGHAI, business_date
from states.office.refusals import UnknownSubject
from states.policies import Policies
from states.reference.catalog import Catalog, CatalogRefused, Occupation, normalised
from states.reference.standings import known_standings
from states.reference.workdays import exceptions
from states.refusals import CentreNotQualified, UnknownOccupation
from states.words import Standing

_occupations: Any = SettingRow.metadata.tables["occupations"]
_settings: Any = SettingRow.metadata.tables["settings"]
_cases: Any = CaseRow.metadata.tables["cases"]
_holidays: Any = HolidayRow.metadata.tables["holidays"]
_TWO_YEARS = 731
_holds: Any = HoldRow.metadata.tables["holds"]
_PUT = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_GROW = text(
    "INSERT INTO settings (name, value) VALUES ('world', CAST(CAST(:step AS BIGINT) AS TEXT)) "
    "ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + CAST(:step AS BIGINT) AS TEXT)"
)
_VERSION = Prepared(select(_settings.c.value).where(_settings.c.name == "world"))


def world_version(connection: Connection) -> int:
    """Grows with every change of calendar, policies or holds."""
    (version,) = _VERSION.one(connection) or (0,)
    return int(version)


def _changed(connection: Connection) -> None:
    """Grows the version by a step of chance: a change rolled back, or one at the same time, never shares it."""
    connection.execute(_GROW, {"step": secrets.randbelow(2**32) + 1})


def grow(connection: Connection) -> None:
    """Says that something changed which commands are judged by, so that whoever keeps it reads it again."""
    _changed(connection)


def seed(connection: Connection, catalog: Catalog) -> None:
    """Puts `catalog`, and what is known beside it, in force where there is none yet."""
    if connection.execute(select(func.count()).select_from(_occupations)).scalar_one() == 0:
        replace_catalog(connection, replace(catalog, others=catalog.others or known_standings()))


def replace_catalog(connection: Connection, catalog: Catalog) -> list[str]:
    """Another annex takes the place of the one in force; the occupations that stay although it lacks them.

    Those are the ones that cases are about: without its row a case would have no exit date any more.
    """
    ours = set(connection.execute(select(_cases.c.occupation).distinct()).scalars())
    before = catalog_in_force(connection)
    kept = [row for row in before.occupations if row.occupation in ours and catalog.find(row.occupation) is None]
    others = [row for row in (catalog.others or before.others) if row.occupation not in _names(catalog.occupations)]
    connection.execute(delete(OccupationRow))
    _insert(connection, (*catalog.occupations, *kept, *others))
    _changed(connection)
    return [row.occupation for row in kept]


def add_standings(connection: Connection, others: Sequence[Occupation]) -> None:
    """Puts occupations that no annex names beside it: in the catalog, or left before. One loaded again is replaced.

    Raises CatalogRefused for one that the annex itself has.
    """
    now = catalog_in_force(connection)
    if twice := sorted(_names(others) & _names(now.occupations)):
        raise CatalogRefused([f"“{name}”已在退出目录附件中，其状态以附件为准" for name in twice])
    kept = [row for row in now.others if row.occupation not in _names(others)]
    connection.execute(delete(OccupationRow))
    _insert(connection, (*now.occupations, *kept, *others))
    _changed(connection)


def _names(rows: Sequence[Occupation]) -> set[str]:
    return {row.occupation for row in rows}


def _insert(connection: Connection, occupations: Sequence[Occupation]) -> None:
    rows = [
        {
            "occupation": row.occupation,
            "position": position,
            "item": row.item,
            "qualification": row.qualification,
            "departments": "、".join(row.departments),
            "batch": row.batch,
            "exit_date": row.exit_date,
            "source": row.source,
        }
        for position, row in enumerate(occupations)
    ]
    connection.execute(insert(OccupationRow), rows)


def catalog_in_force(connection: Connection) -> Catalog:
    """The calendar as it stands: the annex in its order, and what stands beside it."""
    rows = connection.execute(select(_occupations).order_by(_occupations.c.position)).mappings()
    known = [
        Occupation(
            item=row["item"],
            qualification=row["qualification"],
            occupation=row["occupation"],
            departments=tuple(part for part in row["departments"].split("、") if part),
            batch=row["batch"],
            exit_date=row["exit_date"],
            source=row["source"],
        )
        for row in rows
    ]
    beside = (Standing.IN, Standing.LEFT)
    return Catalog(
        occupations=tuple(row for row in known if row.standing not in beside),
        others=tuple(row for row in known if row.standing in beside),
    )


def redate(
    connection: Connection,
    *,
    to: date | None,
    at: datetime,
    by: str,
    reason: str = "",
    batch: str = "",
    occupation: str = "",
) -> list[str]:
    """Moves the exit of a batch or of one occupation, or gives it up (`to` None: 准入类); the occupations that changed.

    On record with who and why.

    Raises UnknownOccupation, or CatalogRefused for a batch that has no exit.
    """
    before = catalog_in_force(connection)
    after = before.redated(batch=batch, to=to) if batch else before.redated(occupation=occupation, to=to)
    moved = [
        (old, new)
        for old, new in zip(before.occupations, after.occupations, strict=True)
        if old.exit_date != new.exit_date
    ]
    for old, new in moved:
        where = _occupations.c.occupation == old.occupation
        connection.execute(update(_occupations).where(where).values(exit_date=new.exit_date, batch=new.batch))
        connection.execute(
            insert(RedateRow).values(
                at=at.isoformat(), by=by, reason=reason, occupation=old.occupation, old_date=old.exit_date, new_date=to
            )
        )
    if moved:
        _changed(connection)
    return [old.occupation for old, _ in moved]


def policies(connection: Connection) -> Policies:
    """The policies in force; the defaults where nobody set any. With the days off of two years, if deadlines mind."""
    value = connection.execute(select(_settings.c.value).where(_settings.c.name == "policies")).scalar_one_or_none()
    found = msgspec.json.decode(value, type=Policies) if value else Policies()
    if not found.workday_deadlines:
        return found
    return replace(found, exceptions=exceptions(_first_day(connection), _TWO_YEARS, own_holidays(connection)))


def own_holidays(connection: Connection) -> dict[date, bool]:
    """What the office itself knows of days: True a working day, False a day off."""
    return {row.day: row.workday for row in connection.execute(select(_holidays))}


def _first_day(connection: Connection) -> date:
    """From where days off matter: the first day on which any case has something to do, else today."""
    first: date | None = connection.execute(select(func.min(_cases.c.next_wake_on))).scalar_one()
    return first or business_date(datetime.now(SHANGHAI))


def holidays(connection: Connection) -> list[dict[str, Any]]:
    """An office's own entries, by day."""
    return [dict(row) for row in connection.execute(select(_holidays).order_by(_holidays.c.day)).mappings()]


def set_holiday(connection: Connection, *, day: date, workday: bool, name: str, by: str, at: datetime) -> None:
    """Says of a day whether it is worked; above whatever the published calendar says."""
    connection.execute(delete(HolidayRow).where(_holidays.c.day == day))
    connection.execute(insert(HolidayRow).values(day=day, workday=workday, name=name, by=by, at=at.isoformat()))
    _changed(connection)


def clear_holiday(connection: Connection, day: date) -> bool:
    """Leaves a day to the published calendar again; whether there was anything to clear."""
    cleared = connection.execute(delete(HolidayRow).where(_holidays.c.day == day)).rowcount
    _changed(connection)
    return bool(cleared)


def set_policies(connection: Connection, chosen: Policies) -> None:
    """Puts `chosen` in force for every command from now on."""
    stored = replace(chosen, exceptions={})  # those are resolved anew for every command
    connection.execute(_PUT, {"name": "policies", "value": msgspec.json.encode(stored).decode()})
    _changed(connection)


def hold_value(connection: Connection, scope: str, value: str) -> str:
    """What a hold is about, by its own name, however it was typed: a hold that matches nothing would hold nothing.

    Raises UnknownOccupation, CentreNotQualified, or UnknownSubject for a case that is not on record.
    """
    value = value.strip()
    if scope == "occupation":
        catalog = catalog_in_force(connection)
        if (found := catalog.find(value)) is None:
            raise UnknownOccupation(occupation=value, suggestions="、".join(catalog.suggest(value)) or "无")
        return found.occupation
    if scope == "centre":
        return _centre_code(connection, value)
    number = normalised(value)
    if connection.execute(select(_cases.c.number).where(_cases.c.number == number)).first() is None:
        raise UnknownSubject(subject=value)
    return number


def _centre_code(connection: Connection, value: str) -> str:
    """The code of the centre that `value` names by code, short name or whole name."""
    wanted, known = normalised(value), [one.centre for one in registered(connection).values()]
    for centre in known:
        if wanted in (centre.code, normalised(centre.short), normalised(centre.name)):
            return centre.code
    near = [centre for centre in known if wanted[:4] == centre.code[:4] or wanted in centre.name]
    shown = "、".join(f"{centre.code} {centre.name}" for centre in near[:5]) or "无"
    raise CentreNotQualified(centre=value, why=f"登记册中没有这个鉴定中心（相近：{shown}）")


def place_hold(connection: Connection, *, scope: str, value: str, reason: str, by: str, at: datetime) -> None:
    """Holds the issuing of certificates of a centre, an occupation or a case (80号·四). Raises as `hold_value` does."""
    value = hold_value(connection, scope, value)
    connection.execute(insert(HoldRow).values(scope=scope, value=value, reason=reason, by=by, at=at.isoformat()))
    _changed(connection)


def release_hold(connection: Connection, *, scope: str, value: str, by: str, at: datetime) -> int:
    """Releases the holds on `value`; how many there were. Raises as `hold_value` does."""
    value = hold_value(connection, scope, value)
    open_ = (_holds.c.scope == scope) & (_holds.c.value == value) & _holds.c.released_at.is_(None)
    released = connection.execute(update(_holds).where(open_).values(released_by=by, released_at=at.isoformat()))
    _changed(connection)
    return released.rowcount


def active_holds(connection: Connection) -> dict[tuple[str, str], str]:
    """(scope, value) → reason of every hold that nobody has released."""
    rows = connection.execute(
        select(_holds.c.scope, _holds.c.value, _holds.c.reason).where(_holds.c.released_at.is_(None))
    )
    return {(row.scope, row.value): row.reason for row in rows}
