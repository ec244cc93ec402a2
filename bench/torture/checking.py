"""The record against the book: cases, numbers, letters, deliveries, workflows, money. Every finding is a sentence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from bench.torture.house import House
from bench.torture.work import CERTIFIED, FEE_FEN, LEFT, REFUNDED, Work
from records.store.database import Database
from services.audit import audit
from services.place import letter_files
from states.case.falling_due import CALENDAR

_STATES = {CERTIFIED: {"certified"}, REFUNDED: {"refunded"}, LEFT: {"choosing", "registered"}}


async def findings(house: House, work: Work) -> list[str]:
    """Everything that is not as the book says; empty when all is."""
    database = work.here.database
    with database.reading() as connection:
        found = [
            *_commands(connection, work),
            *_cases(connection, work),
            *_numbers(connection),
            *_money(connection, work),
            *_runs(connection, work),
            *_deliveries(connection, house),
        ]
    found += _letters(house, database)
    told = await audit(house.settings, None, workflows=True)
    if not told.ok:
        found.append(f"audit: {told.chain.bad} {told.documents.bad} {told.checkpoints.bad} {told.workflows}")
    if told.workflows is None:
        found.append("no engine answered: no workflow was compared")
    return found


def _rows(connection: Connection, sql: str) -> list[Any]:
    return list(connection.execute(text(sql)))


def _commands(connection: Connection, work: Work) -> Iterator[str]:
    """Whatever was asked is on the ledger once, at the revision that was answered, and nothing else is."""
    on_record: dict[str, list[int]] = defaultdict(list)
    for id_, revision, by, command in _rows(connection, 'SELECT command_id, revision, "by", command FROM ledger'):
        on_record[id_].append(revision)
        if id_ not in work.book.asked and by != CALENDAR:
            yield f"{command} {id_} is on the ledger and was never asked"
    for id_, asked in work.book.asked.items():
        if len(on_record[id_]) != 1:
            yield f"{asked.command} {id_} of {asked.case} is on the ledger {len(on_record[id_])} times"
        elif work.book.answered.get(id_) not in (0, None, on_record[id_][0]):
            yield f"{asked.command} of {asked.case} was answered {work.book.answered[id_]}, not {on_record[id_][0]}"


def _cases(connection: Connection, work: Work) -> Iterator[str]:
    states = dict(tuple(row) for row in _rows(connection, "SELECT number, state FROM cases"))
    if len(states) != len(work.lives) + work.imported:
        yield f"{len(states)} cases on record, {len(work.lives) + work.imported} on the book"
    for number, kind in work.lives.items():
        if states.get(number) not in _STATES[kind]:
            yield f"{number} is {states.get(number)}, was to be {kind}"


def _numbers(connection: Connection) -> Iterator[str]:
    """No letter's number is there twice and none is missing; no certificate's is there twice."""
    serials: dict[str, Counter[int]] = defaultdict(Counter)
    shared = "SELECT DISTINCT kind, number FROM documents WHERE number LIKE '%〕%'"
    for kind, number in _rows(connection, shared):
        serials[f"{kind} {number.split('〕')[0]}"][int(re.findall(r"\d+", number.split("〕")[1])[0])] += 1
    for kind, seen in serials.items():
        if sorted(seen) != list(range(1, len(seen) + 1)):
            yield f"the numbers of {kind} have holes: {len(seen)} of {max(seen)}"
    own = "SELECT number, count(*) FROM documents WHERE shared_key IS NULL GROUP BY number HAVING count(*) > 1"
    yield from (f"letter number {number} is there {times} times" for number, times in _rows(connection, own))
    held = [row[0] for row in _rows(connection, "SELECT certificate_no FROM cases WHERE certificate_no IS NOT NULL")]
    if len(held) != len(set(held)):
        yield "a certificate number is there twice"


def _money(connection: Connection, work: Work) -> Iterator[str]:
    found = {row[0]: (row[1], row[2]) for row in _rows(connection, "SELECT number, fee_fen, refund_fen FROM cases")}
    for number, kind in work.lives.items():
        expected = (FEE_FEN, FEE_FEN if kind == REFUNDED else 0)
        if found.get(number) != expected:
            yield f"{number} ({kind}): fee and refund are {found.get(number)}, were to be {expected}"


def _runs(connection: Connection, work: Work) -> Iterator[str]:
    items = "SELECT run_id, status, count(*) FROM run_items GROUP BY run_id, status"
    for run, status, many in _rows(connection, items):
        if status not in ("done", "skipped"):
            yield f"run {run}: {many} items {status}"
    if (begun := len(_rows(connection, "SELECT id FROM runs"))) != len(work.runs):
        yield f"{begun} runs on record, {len(work.runs)} on the book"


def _deliveries(connection: Connection, house: House) -> Iterator[str]:
    """Every letter that is to leave on paper lies in the outbox once."""
    rows = _rows(connection, "SELECT id, status, channel FROM deliveries")
    yield from (f"delivery {id_} is {status}" for id_, status, _ in rows if status != "sent")
    lying = Counter(
        int(path.stem.rpartition("-")[2])
        for path in house.place.outbox.rglob("*.pdf")
        if re.fullmatch(r"[a-z_]+-\d{16}-\d+", path.stem)
    )
    paper = {id_ for id_, _, channel in rows if channel == "folder"}
    if set(lying) != paper or any(times > 1 for times in lying.values()):
        yield f"{sum(lying.values())} letters in the outbox for {len(paper)} deliveries on paper"


def _letters(house: House, database: Database) -> Iterator[str]:
    """Every letter on record has its file, with the bytes it was filed with, and no other file is there."""
    with database.reading() as connection:
        rows = _rows(connection, "SELECT id, path FROM documents")
    yield from (f"letter {id_} was never made" for id_, path in rows if path is None)
    files = letter_files(house.place, database)
    yield from (f"letter {amiss.id} is {amiss.why}" for amiss in files.amiss())
    there = {stored.name for stored in house.place.store.within("letters").list()}
    if strange := there - {path for _, path in rows}:
        yield f"{len(strange)} files that no letter on record names, for instance {min(strange)}"
