"""The registers that an exam's record is checked against: draws from the national bank, sessions of a centre."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from records.case.context import world
from records.office.centres import problem_of
from records.office.exams import NewDraw, NewSession, enter_draws, enter_session
from records.store.database import Database
from states.business_dates import business_date
from states.reference.catalog import Catalog
from states.refusals import CentreNotQualified, InvalidField, UnknownOccupation

DRAW_COLUMNS = ("paper", "occupation", "level", "draw", "drawn_on")
MOST_CHARACTERS = 1_000_000


def register_draws(database: Database, draws: Sequence[NewDraw], *, by: str, at: datetime) -> int:
    """Puts drawn papers on record (44号·三); how many were new. Safe to repeat.

    Raises UnknownOccupation, InvalidField; then none is recorded.
    """
    with database.writing() as connection:
        return put_draws(connection, draws, by=by, at=at)


def put_draws(connection: Connection, draws: Sequence[NewDraw], *, by: str, at: datetime) -> int:
    """As `register_draws`, in the caller's transaction."""
    catalog = world(connection).catalog
    return enter_draws(connection, [_checked(draw, catalog) for draw in draws], by=by, at=at)


def register_sessions(database: Database, sessions: Iterable[NewSession], *, by: str, at: datetime) -> None:
    """Puts exam sessions on record as of today; one already there stays as it was.

    Raises CentreNotQualified, InvalidField; then none is recorded.
    """
    with database.writing() as connection:
        for session in sessions:
            put_session(connection, session, by=by, at=at)


def put_session(connection: Connection, session: NewSession, *, by: str, at: datetime) -> None:
    """Puts one session on record, in the caller's transaction. Raises as `register_sessions` does."""
    if not session.code.strip():
        raise InvalidField(command="session", why="缺少场次编号（code）")
    if problem := problem_of(world(connection).centres, session.centre):
        raise CentreNotQualified(centre=session.centre, why=problem)
    enter_session(connection, session, on=business_date(at), by=by)


def draws_from(csv_text: str) -> list[NewDraw]:
    """The draws written in `csv_text`: a header with DRAW_COLUMNS, of which only `paper` must be there and filled.

    Raises InvalidField with every problem and its line.
    """
    if len(csv_text) > MOST_CHARACTERS:
        raise InvalidField(command="draws", why=f"文件过大：{len(csv_text)}字，最多{MOST_CHARACTERS}字")
    reader = csv.DictReader(csv_text.removeprefix("\ufeff").splitlines(), restval="")
    if "paper" not in (reader.fieldnames or ()):
        raise InvalidField(command="draws", why=f"第1行应为表头：{'、'.join(DRAW_COLUMNS)}")
    problems: list[str] = []
    found: list[NewDraw] = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in DRAW_COLUMNS}
        wrong = _problems(cells)
        problems += [f"第{reader.line_num}行：{why}" for why in wrong]
        if not wrong:
            level, drawn_on = int(cells["level"] or 0), cells["drawn_on"]
            day = date.fromisoformat(drawn_on) if drawn_on else None
            found.append(NewDraw(cells["paper"], cells["occupation"], level, cells["draw"], day))
    if problems:
        raise InvalidField(command="draws", why="；".join(problems))
    return found


def _problems(cells: Mapping[str, str]) -> list[str]:
    problems = [] if cells["paper"] else ["试卷编号（paper）不能为空"]
    if cells["level"] not in ("", *"12345"):
        problems.append(f"等级（level）应为1至5，收到“{cells['level']}”")
    if cells["drawn_on"]:
        try:
            date.fromisoformat(cells["drawn_on"])
        except ValueError:
            problems.append(f"抽题日期（drawn_on）应写作2020-12-31，收到“{cells['drawn_on']}”")
    return problems


def _checked(draw: NewDraw, catalog: Catalog) -> NewDraw:
    """With its occupation by the calendar's own name."""
    if not draw.paper.strip():
        raise InvalidField(command="draws", why="试卷编号（paper）不能为空")
    if not draw.occupation:
        return draw
    found = catalog.find(draw.occupation)
    if found is None:
        suggestions = "、".join(catalog.suggest(draw.occupation)) or "无"
        raise UnknownOccupation(occupation=draw.occupation, suggestions=suggestions)
    return draw._replace(occupation=found.occupation)
