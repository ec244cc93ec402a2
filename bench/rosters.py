"""Rosters: reading and judging alone; rows opened by a bulk run beside bare starts; SQLModel row by row."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import xlsxwriter
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine

from bench import bare
from bench.people import candidate
from bench.stage import OURS, Stage, gathered, in_turns, middle, ratio, until
from engine.wire.client import nudge_run
from letters.fonts import load_faces
from records.runs.items import counts, move
from records.store.database import Database
from services.place import Working, database_to_write, visiting
from services.rosters.importing import begin, check, matched
from states.business_dates import SHANGHAI

_HEADER = ("姓名", "证件号码", "职业", "等级", "鉴定中心", "考试", "考生类别", "报名费", "地址", "联系电话")


class _Apart(SQLModel, registry=registry()):
    """Tables that have nothing to do with the product's."""


class NaiveCase(_Apart, table=True):
    """A table as somebody in a hurry would have it."""

    __tablename__ = "bench_naive_cases"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    id_number: str
    occupation: str
    level: str
    centre: str
    exam: str
    cohort: str
    fee: str
    address: str
    phone: str


async def measure(stage: Stage) -> dict[str, Any]:
    """Rows a second. `opened` counts until the last case is open, its letters following."""
    faces = load_faces()
    parsed = _workbook(stage.directory / "parse.xlsx", stage.sizes.parsed)
    client = await stage.bare_client()
    aside = database_to_write(stage.place("selected"))  # of no worker's: these rows are to be selected, not opened
    stage.bare_workers()
    stage.our_workers(OURS)
    async with visiting(stage.place(OURS)) as ours:

        async def parsing(_: int) -> float:
            with ours.database.reading() as connection:
                now = datetime.now(SHANGHAI)
                began = time.perf_counter()
                checked = check(connection, parsed, "", by="经办甲", today=now.date(), unprintable=faces.unprintable)
                seconds = time.perf_counter() - began
            if checked.errors:
                raise RuntimeError(str(checked.errors[0]))
            return len(checked.rows) / seconds

        async def selecting(_: int) -> float:
            began = time.perf_counter()
            run = _planned(aside, parsed, faces)
            rate = stage.sizes.parsed / (time.perf_counter() - began)
            with aside.writing() as connection:  # or the next round would go on with this one
                move(connection, run, ("running",), "cancelled")
            return rate

        sides: dict[str, Callable[[int], Awaitable[float]]] = {
            "bare_starts": lambda _: _bare_starts(stage, client),
            "opened": lambda n: _opened(stage, ours, faces, n),
            "parse_and_validate": parsing,
            "sqlmodel_row_by_row": lambda n: _row_by_row(stage, parsed, n),
            "selected": selecting,
        }
        rates = await in_turns(stage.sizes.rounds, sides, stage.say)
    stage.stop_all()
    return {
        **{name: middle(found) for name, found in rates.items()},
        "ratio": ratio(rates["opened"], rates["bare_starts"]),
        "ratio_sqlmodel": ratio(rates["selected"], rates["sqlmodel_row_by_row"]),
    }


def _workbook(path: Path, rows: int) -> Path:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, _HEADER)
    for n in range(rows):
        p = candidate()
        row = (p["name"], p["id_number"], p["occupation"], "五级", p["centre"], p["exam"], "社会考生", "280.00")
        sheet.write_row(n + 1, 0, (*row, p["address"], f"1380000{n % 10000:04d}"))
    book.close()
    return path


async def _bare_starts(stage: Stage, client: Any) -> float:
    """A start and one command with its no-op local activity, as a row of ours is one submission."""

    def job() -> Callable[[], Awaitable[None]]:
        p = candidate()
        return lambda: bare.send(client, f"row-{uuid4()}", {"do": "announce", **p}, uuid4().hex)

    rows = stage.sizes.rows
    return rows / await gathered([job() for _ in range(rows)], stage.sizes.in_flight)


async def _opened(stage: Stage, ours: Working, faces: Any, n: int) -> float:
    """From the file to the last open case."""
    path = _workbook(stage.directory / f"roster-{n}.xlsx", stage.sizes.rows)
    began = time.perf_counter()
    run = _planned(ours.database, path, faces)
    await nudge_run(ours.client, run)

    def over() -> bool:
        with ours.database.reading() as connection:
            return counts(connection, run)["pending"] == 0

    await until(over)
    seconds = time.perf_counter() - began
    with ours.database.reading() as connection:
        if (found := counts(connection, run))["done"] != stage.sizes.rows:
            raise RuntimeError(str(found))
    return stage.sizes.rows / seconds


def _planned(database: Database, path: Path, faces: Any) -> str:
    now = datetime.now(SHANGHAI)
    with database.reading() as connection:
        checked = check(connection, path, "", by="经办甲", today=now.date(), unprintable=faces.unprintable)
        checked = matched(connection, checked)
    with database.writing() as connection:
        return begin(connection, checked, by="经办甲", at=now.isoformat())


async def _row_by_row(stage: Stage, path: Path, n: int) -> float:
    """The usual script: openpyxl's place taken by calamine too, a validated model and a commit a row."""
    from python_calamine import CalamineWorkbook

    engine = create_engine(f"sqlite:///{stage.directory / f'naive-{n}.db'}")
    NaiveCase.metadata.create_all(engine)
    fields = ("name", "id_number", "occupation", "level", "centre", "exam", "cohort", "fee", "address", "phone")
    began = time.perf_counter()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1 : stage.sizes.rows + 1]
    with Session(engine) as session:
        for row in rows:
            session.add(NaiveCase.model_validate(dict(zip(fields, row, strict=True))))
            session.commit()
    return len(rows) / (time.perf_counter() - began)
