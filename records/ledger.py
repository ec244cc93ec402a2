"""Is the ledger still what was written? Edited, deleted, reordered and truncated rows, and rows that disagree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, select

from records.chain import GENESIS, facts_hash, row_hash
from records.reading import CASES, DOCUMENTS, LEDGER, decode_facts

_PAGE = 1000


class Finding(NamedTuple):
    """One thing that is wrong; `revision` 0 where it is not about one row. `what` is a sentence for the supervisor."""

    case_number: str
    revision: int
    what: str


def verify(connection: Connection) -> list[Finding]:
    """Everything wrong with chain, case rows and documents; empty when all agree. Reads page by page."""
    return [*_chains(connection), *_without_ledger(connection), *_documents(connection)]


def _chains(connection: Connection) -> Iterator[Finding]:
    """Walks every case's rows from the first to the head that its case row names."""
    query = select(LEDGER).order_by(LEDGER.c.case_number, LEDGER.c.revision)
    rows = connection.execution_options(yield_per=_PAGE).execute(query).mappings()
    for number, entries in groupby(rows, key=lambda row: str(row["case_number"])):
        last: RowMapping | None = None
        for row in entries:
            yield from _row(row, last)
            last = row
        if last is not None:
            yield from _head(connection, number, last)


def _row(row: RowMapping, before: RowMapping | None) -> Iterator[Finding]:
    number, revision = str(row["case_number"]), int(row["revision"])
    expected = (before["revision"] if before else 0) + 1
    if revision != expected:
        yield Finding(number, expected, f"缺少修订{expected}，其后是修订{revision}")
    if row["prev_hash"] != (before["hash"] if before else GENESIS):
        yield Finding(number, revision, "与前一条的链接不符：前一条被改动、删除或调换")
    if row_hash(dict(row)) != row["hash"]:
        yield Finding(number, revision, "内容与其哈希不符：该条被改动")


def _head(connection: Connection, number: str, last: RowMapping) -> Iterator[Finding]:
    case = connection.execute(select(CASES).where(CASES.c.number == number)).mappings().one_or_none()
    if case is None:
        yield Finding(number, 0, "台账有记录而案件已不存在：案件被删除")
        return
    if case["head_hash"] != last["hash"]:
        yield Finding(number, last["revision"], "末条与案件记载的链头不符：台账被截断或案件被改动")
    if (case["revision"], case["state"]) != (last["revision"], last["dest"]):
        yield Finding(
            number,
            last["revision"],
            f"案件为修订{case['revision']}（{case['state']}），台账为修订{last['revision']}（{last['dest']}）",
        )
    if facts_hash(case["facts"]) != last["facts_hash"]:
        yield Finding(number, last["revision"], "案件事实与台账记载的哈希不符：案件被改动")
        return
    yield from _columns(case)


def _columns(case: RowMapping) -> Iterator[Finding]:
    """The columns that queues and lists read must say what the facts say."""
    facts = decode_facts(case["facts"])
    candidate = facts.candidate
    told: dict[str, Any] = {
        "state": facts.state.value,
        "revision": facts.revision,
        "name": candidate.name if candidate else "",
        "id_number": candidate.id_number if candidate else "",
        "occupation": facts.occupation,
        "level": facts.level,
        "fee_fen": facts.fee_fen,
        "refund_fen": facts.refund_fen,
        "certificate_no": facts.certificate_no,
        "pending": facts.pending.command if facts.pending else None,
        "exit_date": facts.exit_date,
        "escalated": facts.escalated,
    }
    for name, value in told.items():
        if case[name] != value:
            yield Finding(facts.number, facts.revision, f"栏目 {name} 与案件事实不符：该栏被改动")


def _without_ledger(connection: Connection) -> Iterator[Finding]:
    known = select(LEDGER.c.case_number)
    for number in connection.execute(select(CASES.c.number).where(CASES.c.number.not_in(known))).scalars():
        yield Finding(number, 0, "案件没有台账：台账被删除")


def _documents(connection: Connection) -> Iterator[Finding]:
    """Every document that the ledger names is on file under its number, in its place."""
    query = select(LEDGER.c.case_number, LEDGER.c.revision, LEDGER.c.documents).where(LEDGER.c.documents != "[]")
    named = {(row.case_number, row.revision): row.documents for row in connection.execute(query)}
    columns = (DOCUMENTS.c.case_number, DOCUMENTS.c.revision, DOCUMENTS.c.kind, DOCUMENTS.c.number)
    kept: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for row in connection.execute(select(*columns).order_by(DOCUMENTS.c.id)):
        kept.setdefault((row.case_number, row.revision), []).append((row.kind, row.number))
    for (number, revision), documents in named.items():
        wanted = msgspec.json.decode(documents, type=list[tuple[str, str]])
        if kept.get((number, revision), []) != wanted:
            yield Finding(number, revision, "台账所列文书与存档不符：文书被删除或改动")
