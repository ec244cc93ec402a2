"""What may be acted on: facts and letters are believed only as far as the ledger, under its key, says the same.

Whoever can write the database can put another name into a letter's data, or another state into a case. Before a letter
is set, or a case brought back from the database, what is there is held against the row that was written for it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, bindparam, select

from records.ledger.chain import facts_hash, is_genuine, names_in, sha256
from records.ledger.filings import vouched_data
from records.ledger.keys import ledger_keys
from records.ledger.tables import LEDGER, Row
from records.store.prepared import Prepared
from states.refusals import Refusal

_COLUMNS = tuple(column.name for column in LEDGER.columns)
_ROW = Prepared(
    select(LEDGER).where((LEDGER.c.case_number == bindparam("number")) & (LEDGER.c.revision == bindparam("revision")))
)


class NotAsRecorded(Refusal):
    """What the database holds is not what the ledger says was recorded; nothing is done with it."""

    wording = "{what}与台账不符，可能被改动；不予办理，请运行 ./run ledger verify 并报告督导"


def check_case(connection: Connection, case: Row) -> None:
    """Raises NotAsRecorded unless the case row is the one its last ledger row speaks of."""
    found = _ROW.one(connection, number=case["number"], revision=case["revision"])
    row = dict(zip(_COLUMNS, found, strict=True)) if found else None
    believed = (
        row is not None
        and is_genuine(ledger_keys(connection), row)
        and (row["hash"], row["dest"], row["facts_hash"])
        == (case["head_hash"], case["state"], facts_hash(case["facts"]))
    )
    if not believed:
        raise NotAsRecorded(what=f"案件{case['number']}的事实")


def check_documents(connection: Connection, documents: Iterable[Row]) -> list[Row]:
    """Those of `documents` whose number, kind, data and 校验码 are what the ledger says, in their order."""
    wanted = list(documents)
    rows = _rows_of(connection, {document["case_number"] for document in wanted})
    return [d for d in wanted if _believed(connection, rows.get((d["case_number"], d["revision"])), d)]


def _rows_of(connection: Connection, cases: set[str]) -> dict[tuple[str, int], Row]:
    found = connection.execute(select(LEDGER).where(LEDGER.c.case_number.in_(cases))).mappings()
    return {(row["case_number"], row["revision"]): row for row in found}


def _believed(connection: Connection, row: Row | None, document: Row) -> bool:
    keys = ledger_keys(connection)
    if row is None or not is_genuine(keys, row):
        return False
    try:
        name = names_in(row["documents"])[document["ordinal"]]
    except (msgspec.MsgspecError, IndexError, TypeError):
        return False
    if (name.kind, name.number) != (document["kind"], document["number"]):
        return False
    if not name.data_sha256:  # a row of format 1 did not say; what its letters were is told by what adopted them
        return vouched_data(connection, document["id"]) == sha256(document["data"])
    return (name.data_sha256, name.check_code) == (sha256(document["data"]), document["check_code"])
