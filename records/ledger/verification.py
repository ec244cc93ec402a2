"""Is the ledger still what was written? Edited, deleted, reordered and truncated rows, and rows that disagree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Date, RowMapping, String, Table, and_, bindparam, func, or_, select, type_coerce

from records.case.context import decode_facts
from records.case.recording import case_row
from records.case.tables import CASES, DOCUMENTS
from records.ledger.chain import GENESIS, Named, facts_hash, is_genuine, names_in, sha256
from records.ledger.filings import is_genuine_filing
from records.ledger.keys import LedgerKeys, ledger_keys
from records.ledger.office import is_genuine_act
from records.ledger.spans import PAGE
from records.ledger.tables import FILINGS, LEDGER, OFFICE
from states.case.context import Context
from states.case.facts import CaseFacts
from states.words import State

_BY_POLICY = "next_wake_on"  # depends on the policies of the day it was written, as far as a choice is open


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong; `revision` 0 where it is not about one row. `what` is a sentence for the supervisor."""

    case_number: str
    revision: int
    what: str


class Verified(NamedTuple):
    """How much was looked at, and everything wrong with chains and case rows, and with documents."""

    cases: int
    rows: int
    chain: list[Finding]
    documents: int
    documents_bad: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong."""
        return [*self.chain, *self.documents_bad]


def verify(connection: Connection) -> Verified:
    """Looks at everything, page by page.

    What `connection` reads must be of one moment (`Database.reading`), or a case recorded meanwhile looks wrong.
    """
    return Verified(
        cases=_count(connection, CASES),
        rows=_count(connection, LEDGER) + _count(connection, OFFICE),
        chain=[*_chains(connection), *_without_ledger(connection), *_office_chain(connection)],
        documents=_count(connection, DOCUMENTS),
        documents_bad=[*_documents(connection), *_unnamed(connection), *_files(connection)],
    )


def _count(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _raw(table: Table) -> list[Any]:
    """The columns with dates as they are stored: whoever tampers may leave what is no date."""
    return [type_coerce(c, String).label(c.name) if isinstance(c.type, Date) else c for c in table.c]


_LEDGER = select(*_raw(LEDGER)).order_by(LEDGER.c.case_number, LEDGER.c.revision).execution_options(yield_per=PAGE)
_CASES = select(*_raw(CASES)).where(CASES.c.number.in_(bindparam("numbers", expanding=True)))


def _chains(connection: Connection) -> Iterator[Finding]:
    """Walks every case's rows from the first to the head that its case row names."""
    keys, heads = ledger_keys(connection), dict[str, RowMapping]()
    for number, entries in groupby(connection.execute(_LEDGER).mappings(), key=lambda row: str(row["case_number"])):
        last: RowMapping | None = None
        for row in entries:
            yield from _row(keys, row, last)
            last = row
        if last is not None:
            heads[number] = last
        if len(heads) == PAGE:
            yield from _heads(connection, heads)
            heads.clear()
    yield from _heads(connection, heads)


def _row(keys: LedgerKeys, row: RowMapping, before: RowMapping | None) -> Iterator[Finding]:
    number, revision = str(row["case_number"]), _whole(row["revision"])
    expected = (_whole(before["revision"]) if before else 0) + 1
    if revision != expected:
        yield Finding(number, expected, f"缺少修订{expected}，其后是修订{row['revision']}")
    if row["prev_hash"] != (before["hash"] if before else GENESIS):
        yield Finding(number, revision, "与前一条的链接不符：前一条被改动、删除或调换")
    if not is_genuine(keys, row):
        yield Finding(number, revision, "内容与其哈希或密钥不符：该条被改动")


def _whole(value: Any) -> int:
    """`value`, or 0: SQLite keeps whatever is written into a column of integers."""
    return value if isinstance(value, int) else 0


def _heads(connection: Connection, heads: dict[str, RowMapping]) -> Iterator[Finding]:
    """The last ledger row of each of these cases against its case row."""
    if not heads:
        return
    cases = {str(case["number"]): case for case in connection.execute(_CASES, {"numbers": list(heads)}).mappings()}
    for number, last in heads.items():
        if number in cases:
            yield from _head(cases[number], last)
        else:
            yield Finding(number, 0, "台账有记录而案件已不存在：案件被删除")


def _head(case: RowMapping, last: RowMapping) -> Iterator[Finding]:
    number, revision = str(case["number"]), _whole(last["revision"])
    if case["head_hash"] != last["hash"]:
        yield Finding(number, revision, "末条与案件记载的链头不符：台账被截断或案件被改动")
    if (case["revision"], case["state"]) != (last["revision"], last["dest"]):
        told = f"案件为修订{case['revision']}（{case['state']}），台账为修订{last['revision']}（{last['dest']}）"
        yield Finding(number, revision, told)
    if facts_hash(case["facts"]) != last["facts_hash"]:
        yield Finding(number, revision, "案件事实与台账记载的哈希不符：案件被改动")
        return
    try:
        facts = decode_facts(case["facts"])
    except msgspec.MsgspecError:
        yield Finding(number, revision, "案件事实无法读出：案件被改动")
        return
    yield from _columns(case, facts)


def _columns(case: RowMapping, facts: CaseFacts) -> Iterator[Finding]:
    """The columns that queues and lists read must say what the facts say."""
    told = case_row(facts, Context(), case["facts"], case["head_hash"])
    wrong = [name for name, value in told.items() if name != _BY_POLICY and _text(case[name]) != _text(value)]
    if not _wakes(facts, _text(case[_BY_POLICY]), _text(told[_BY_POLICY])):
        wrong.append(_BY_POLICY)
    for name in wrong:
        yield Finding(facts.number, facts.revision, f"栏目 {name} 与案件事实不符：该栏被改动")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _wakes(facts: CaseFacts, kept: str | None, told: str | None) -> bool:
    """Whether the case is woken when it has to be: while a choice is open, policies may wake it earlier than told."""
    if facts.state is not State.CHOOSING or told is None or facts.choice.deadline is None:
        return kept == told
    return kept is not None and kept <= str(facts.choice.deadline + timedelta(days=1))


def _without_ledger(connection: Connection) -> Iterator[Finding]:
    known = select(LEDGER.c.id).where(LEDGER.c.case_number == CASES.c.number).exists()
    for number in connection.execute(select(CASES.c.number).where(~known)).scalars():
        yield Finding(number, 0, "案件没有台账：台账被删除")


_SAME = and_(DOCUMENTS.c.case_number == LEDGER.c.case_number, DOCUMENTS.c.revision == LEDGER.c.revision)
_OF_DOCUMENT = ("kind", "number", "data", "check_code")


def _documents(connection: Connection) -> Iterator[Finding]:
    """Every document that the ledger names is on file as the ledger names it, in its place."""
    columns = (LEDGER.c.case_number, LEDGER.c.revision, LEDGER.c.documents)
    query = select(*columns, *(DOCUMENTS.c[name] for name in _OF_DOCUMENT)).outerjoin_from(LEDGER, DOCUMENTS, _SAME)
    query = query.where(LEDGER.c.documents != "[]")
    query = query.order_by(LEDGER.c.case_number, LEDGER.c.revision, DOCUMENTS.c.ordinal)
    rows = connection.execute(query.execution_options(yield_per=PAGE))
    for (number, revision, told), entries in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        if not _same_documents(told, [row for row in entries if row.kind is not None]):
            yield Finding(number, _whole(revision), "台账所列文书与存档不符：文书被删除或改动")


def _same_documents(told: str, kept: list[Any]) -> bool:
    try:
        names = names_in(told)
    except (msgspec.MsgspecError, TypeError):
        return False
    stored = [Named(row.kind, row.number, sha256(row.data), row.check_code or "") for row in kept]
    if any(not name.data_sha256 for name in names):  # format 1
        stored = [Named(row.kind, row.number) for row in stored]
    return names == stored


def _unnamed(connection: Connection) -> Iterator[Finding]:
    """Documents on file that no ledger row knows of."""
    query = select(DOCUMENTS.c.case_number, DOCUMENTS.c.revision, DOCUMENTS.c.number)
    query = query.outerjoin_from(DOCUMENTS, LEDGER, _SAME)
    query = query.where(or_(LEDGER.c.id.is_(None), LEDGER.c.documents == "[]"))
    for row in connection.execute(query.execution_options(yield_per=PAGE)):
        yield Finding(row.case_number, _whole(row.revision), f"文书{row.number}未载于台账：文书系另行加入")


def _files(connection: Connection) -> Iterator[Finding]:
    """Every letter's file, and an old letter's data, are what the filing under the key says."""
    keys = ledger_keys(connection)
    columns = (DOCUMENTS.c[name] for name in ("id", "case_number", "revision", "number", "data", "path", *_FILED))
    told = [FILINGS.c[name].label(f"told_{name}") for name in ("id", "document_id", *_VOUCHED)]
    query = select(*columns, *told).outerjoin_from(DOCUMENTS, FILINGS, FILINGS.c.document_id == DOCUMENTS.c.id)
    rows = connection.execute(query.order_by(DOCUMENTS.c.id, FILINGS.c.id).execution_options(yield_per=PAGE))
    for _, entries in groupby(rows.mappings(), key=lambda row: row["id"]):
        yield from _filed(keys, list(entries))


_FILED = ("sha256", "data_hash", "template_version", "code")
_VOUCHED = ("at", "data_sha256", *_FILED, "key_id", "mac")


def _filed(keys: LedgerKeys, rows: list[Any]) -> Iterator[Finding]:
    """One letter with all its filings."""
    letter, place = rows[0], (rows[0]["case_number"], _whole(rows[0]["revision"]))
    filings = [{name: row[f"told_{name}"] for name in ("document_id", *_VOUCHED)} for row in rows if row["told_id"]]
    if not all(is_genuine_filing(keys, filing) for filing in filings):
        yield Finding(*place, f"文书{letter['number']}的归档记录被改动")
        return
    if any(filing["data_sha256"] != sha256(letter["data"]) for filing in filings):
        yield Finding(*place, f"文书{letter['number']}的内容与归档时不同：内容被改动")
    told = [filing for filing in filings if filing["sha256"]]
    if letter["path"] is None and not letter["sha256"]:
        if told:
            yield Finding(*place, f"文书{letter['number']}已归档而存档记录被抹去")
    elif not told or any((letter[name] or "") != told[0][name] for name in _FILED):
        yield Finding(*place, f"文书{letter['number']}的文件与归档记录不符：记录被改动")


def _office_chain(connection: Connection) -> Iterator[Finding]:
    """The office's own ledger from its first act to its last."""
    keys, before = ledger_keys(connection), (0, GENESIS)
    for row in connection.execute(_OFFICE).mappings():
        if (row["number"], row["prev_hash"]) != (before[0] + 1, before[1]):
            yield Finding("", _whole(row["number"]), f"机构台账第{row['number']}条之前的记录被删除、改动或调换")
        if not is_genuine_act(keys, row):
            yield Finding("", _whole(row["number"]), f"机构台账第{row['number']}条被改动")
        before = (_whole(row["number"]), row["hash"])


_OFFICE = select(OFFICE).order_by(OFFICE.c.number).execution_options(yield_per=PAGE)
