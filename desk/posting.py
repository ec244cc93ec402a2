"""A day's letters on paper as one PDF a centre: address sheet first, then the letters in the order of the envelopes.

Certificates go on pre-printed stock (套打), so they make a file of their own. Asked again, a day gives the same file,
or a longer one if letters have left since.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from pypdf import PdfWriter

from letters.addresses import address_sheet
from letters.fonts import Faces
from records.database import Database
from records.outbox import Parcel, by_post
from states.business_dates import midnight
from states.centres import centres

_STOCK = "certificate"


def print_day(database: Database, letters: Path, outbox: Path, faces: Faces, day: date, centre: str = "") -> Any:
    """Writes a business day's batches under `outbox`: `[{"centre", "kind", "letters", "envelopes", "path"}]`."""
    with database.reading() as connection:
        parcels = by_post(connection, midnight(day), midnight(day + timedelta(days=1)), centre)
    made = []
    for code, theirs in groupby(parcels, key=lambda parcel: parcel.centre):
        mine = list(theirs)
        for kind, name in (("letters", "文书"), ("stock", "证书套打")):
            some = [parcel for parcel in mine if (parcel.kind == _STOCK) == (kind == "stock")]
            if some:
                path = outbox / day.isoformat() / f"{code}-{name}.pdf"
                envelopes = _write(path, letters, faces, code, day, some)
                made.append(
                    {"centre": code, "kind": kind, "letters": len(some), "envelopes": envelopes, "path": str(path)}
                )
    return made


def _write(path: Path, letters: Path, faces: Faces, centre: str, day: date, parcels: Sequence[Parcel]) -> int:
    envelopes = []
    for (_, name, case), theirs in groupby(parcels, key=lambda p: (p.address, p.name, p.case)):
        some = list(theirs)
        envelopes.append((name, some[0].address, case, "、".join(parcel.number for parcel in some)))
    merged = PdfWriter()
    merged.append(io.BytesIO(address_sheet(faces, centres()[centre].name, day, envelopes)))
    for parcel in parcels:
        merged.append(io.BytesIO((letters / parcel.path).read_bytes()))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        merged.write(file)
    part.replace(path)
    return len(envelopes)
