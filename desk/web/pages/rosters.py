"""Rosters: uploaded, checked with the faults beside the cells, imported as a run, and given back corrected."""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.responses import FileResponse, Response

from desk.web import uploads
from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from desk.web.pages.runs import started
from services.place import open_faces
from services.rosters.columns import KIND_NAMES, KINDS
from services.rosters.importing import Checked, begin_as, check, foreseen, matched
from services.rosters.limits import BadRoster
from services.rosters.outcome import outcome
from services.rosters.workbooks import write_errors, write_template
from states.words import Role

CLERKS = frozenset({Role.CLERK})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 200


def roster_page(asked: Asked) -> Response:
    """Where a roster is dropped; and what was found in it."""
    if asked.request.method == "GET":
        return asked.show("roster.html.j2", kinds=KIND_NAMES, problems={})
    sent, kind = asked.files.get("file"), asked.form.get("kind", "")
    content = sent.file.read() if sent else b""
    try:
        if not content or sent is None:
            raise ValueError("请选择名册文件")
        name = uploads.keep(asked.house.settings, asked.who.account, sent.filename or "", content)
    except ValueError as wrong:
        return asked.show("roster.html.j2", status=400, kinds=KIND_NAMES, problems={"file": str(wrong)})
    return asked.go("roster_check", {"kind": kind} if kind in KINDS else None, upload=name)


def check_page(asked: Asked) -> Response:
    """The dry run: what would be done, and every fault beside its cell."""
    try:
        found, skipped = _foreseen(asked)
    except BadRoster as bad:
        return asked.show("roster.html.j2", status=400, kinds=KIND_NAMES, problems={"file": str(bad)})
    with tempfile.TemporaryDirectory(prefix="jianding-") as scratch:
        told = outcome(found, skipped=skipped, opened=None, run=None, out=Path(scratch) / "faults.xlsx")
    return asked.show("roster_check.html.j2", told=told, name=asked.path["upload"], errors=told.errors[:_SHOWN])


def import_page(asked: Asked) -> Response:
    """Imports what was checked: a run, which somebody may close the page on."""
    checked = _checked(asked)
    run = begin_as(asked.house.register, asked.who, checked, asked.business)
    started(asked, run)
    return asked.go("run", run=run)


def faults_page(asked: Asked) -> Response:
    """The roster with what is wrong in each row, to be corrected and brought again."""
    found, _ = _foreseen(asked)
    path = _path(asked).with_suffix(".faults")
    write_errors(found.roster, found.errors, path)
    return FileResponse(path, media_type=XLSX, filename="名册-错误.xlsx")


def template_page(asked: Asked) -> Response:
    """An empty roster of one kind, to fill in."""
    kind = asked.path["kind"]
    if kind not in KINDS:
        raise NotThere
    with tempfile.TemporaryDirectory(prefix="jianding-") as scratch:
        path = Path(scratch) / "template.xlsx"
        write_template(kind, path)
        content = path.read_bytes()
    named = {"content-disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(content, media_type=XLSX, headers=named)


def _path(asked: Asked) -> Path:
    found = uploads.kept(asked.house.settings, asked.who.account, asked.path["upload"])
    if found is None:
        raise NotThere
    return found


def _kind(asked: Asked) -> str:
    kind = asked.query.get("kind", "") or asked.form.get("kind", "")
    return kind if kind in KINDS else ""


def _checked(asked: Asked) -> Checked:
    path, actor = _path(asked), asked.who
    unprintable = open_faces(asked.house.settings).unprintable
    with asked.house.database.reading() as connection:
        checked = check(
            connection, path, _kind(asked), by=actor.name, account=actor.account, today=asked.business.date(),
            unprintable=unprintable, reaches=actor.reaches,
        )  # fmt: skip
        return matched(connection, checked, actor.reaches)


def _foreseen(asked: Asked) -> tuple[Checked, int]:
    checked = _checked(asked)
    with asked.house.database.reading() as connection:
        return foreseen(connection, checked, asked.business.date())


PAGES = (
    Page("roster", "/rosters", roster_page, Reach.CENTRE, CLERKS, ("GET", "POST")),
    Page("roster_template", "/rosters/templates/{kind}", template_page, Reach.CENTRE, CLERKS),
    Page("roster_check", "/rosters/{upload}", check_page, Reach.CENTRE, CLERKS),
    Page("roster_import", "/rosters/{upload}/import", import_page, Reach.CENTRE, CLERKS, ("POST",)),
    Page("roster_faults", "/rosters/{upload}/faults", faults_page, Reach.CENTRE, CLERKS),
)
