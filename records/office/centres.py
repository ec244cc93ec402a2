"""The register of centres in force: the shipped one until an office changes it, then the office's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select, update

from records.office.tables import CentreRow
from states.reference.centres import Centre, centres

_CENTRES: Any = CentreRow.metadata.tables["centres"]
_decode = msgspec.json.Decoder(Centre).decode


class Registered(NamedTuple):
    """A centre and whether it still takes cases; `successor` is who takes over what a closed one has open."""

    centre: Centre
    closed_on: date | None = None
    successor: str = ""


def registered(connection: Connection) -> Mapping[str, Registered]:
    """Every centre by division code, closed ones too: their letters and numbers stay their own."""
    rows = connection.execute(select(_CENTRES).order_by(_CENTRES.c.code)).all()
    if not rows:
        return {code: Registered(centre) for code, centre in centres().items()}
    return {row.code: Registered(_decode(row.columns), row.closed_on, row.successor) for row in rows}


def open_centres(connection: Connection) -> list[Registered]:
    """Those that still take cases."""
    return [one for one in registered(connection).values() if one.closed_on is None]


def problem_of(known: Mapping[str, Registered], code: str) -> str:
    """Why the centre `code` may take no case, for a refusal; empty where it may."""
    found = known.get(code)
    if found is None:
        return "登记册中没有这个鉴定中心代码"
    if found.closed_on is None:
        return ""
    handed = f"，在办案件移交{found.successor}" if found.successor else ""
    return f"已于{found.closed_on}关闭{handed}；请先移交案件（transfer_centre）"


def put_centre(connection: Connection, centre: Centre) -> None:
    """Adds or replaces a centre; the shipped ones are written down first, so that none of them is lost."""
    _adopt(connection)
    columns = msgspec.json.encode(centre).decode()
    changed = update(_CENTRES).where(_CENTRES.c.code == centre.code).values(columns=columns)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(_CENTRES).values(code=centre.code, columns=columns, successor=""))


def close_centre(connection: Connection, code: str, on: date, successor: str) -> None:
    """The centre takes no further case."""
    _adopt(connection)
    closed = update(_CENTRES).where(_CENTRES.c.code == code).values(closed_on=on, successor=successor)
    connection.execute(closed)


def _adopt(connection: Connection) -> None:
    if connection.execute(select(_CENTRES.c.code).limit(1)).first() is None:
        rows = [
            {"code": code, "columns": msgspec.json.encode(centre).decode(), "successor": ""}
            for code, centre in centres().items()
        ]
        connection.execute(insert(_CENTRES), rows)
