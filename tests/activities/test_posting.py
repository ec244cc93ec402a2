"""The files of a day's post: whole, in volumes, made again as they were, one centre's trouble not another's."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from letters.fonts import load_faces
from letters.model import Letter
from letters.renderer import Renderer
from letters.seal import Signer
from letters.specimens import specimen
from records.case.documents import Filed, file_documents, outstanding
from records.office.world import policies, set_policies
from records.post.day import waiting_since
from records.post.outbox import due, move
from records.store.database import Database
from services import post_room as posting
from services.letter_files import LetterFiles, LetterLost
from services.post_room import Batch, PostRoom
from states.audience import Audience
from states.business_dates import SHANGHAI
from states.reference.centres import centres
from storage.folder import FolderStore
from tests.caseload import announce, register

DAY = date(2020, 11, 3)
LEFT = datetime(2020, 11, 2, 20, tzinfo=UTC)  # four in the morning of the third
CENTRE = "430100"


@pytest.fixture
def room(database: Database, tmp_path: Path) -> PostRoom:
    """Six cases of one letter each that has left on paper, and the announcement of them all, which is not printed."""
    pdf = Renderer(Signer.fresh()).render(specimen("registration_receipt/accepted")).pdf
    (tmp_path / "x.pdf").write_bytes(pdf)
    for n in range(1, 7):
        register(database, announce(database, n, date(2020, 11, 2)), date(2020, 11, 2))
    with database.writing() as connection:
        hash_ = sha256(pdf).hexdigest()
        jobs = outstanding(connection, 100)
        filed = [Filed(job.id, "x.pdf", hash_, "", "", sha256(job.data).hexdigest(), "") for job in jobs]
        file_documents(connection, filed, LEFT)
        for parcel in due(connection, LEFT, 100):
            move(connection, parcel, "pending", "sending", at=LEFT, by="x")
            move(connection, parcel, "sending", "sent", at=LEFT, by="x")

    files = LetterFiles(database, FolderStore(tmp_path), lambda *_: Letter(b"another", "another", "", ""))
    return PostRoom(database, database.write, files, FolderStore(tmp_path / "outbox"), load_faces())


def made(room: PostRoom) -> dict[str, Batch]:
    room.close(DAY)
    return {batch.kind: batch for batch in room.again(DAY)}


def choose(database: Database, **chosen: str) -> None:
    with database.writing() as connection:
        set_policies(connection, replace(policies(connection), **chosen))


def addressed(database: Database, address: str, cases: str) -> None:
    """Gives the cases whose number is like `cases` an address."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET facts = json_set(facts, '$.candidate.address', ?) WHERE number LIKE ?", (address, cases)
        )


@pytest.mark.parametrize(
    ("hour", "due_at"),
    [(6, datetime(2020, 11, 3, 6, tzinfo=SHANGHAI)), (4, datetime(2020, 11, 4, 4, tzinfo=SHANGHAI))],
)
def test_the_post_is_closed_at_the_next_such_hour(room: PostRoom, hour: int, due_at: datetime) -> None:
    assert room.due(hour) == due_at
    room.close(DAY)
    assert room.due(hour) is None


def test_made_again_it_is_the_same(room: PostRoom, database: Database) -> None:
    addressed(database, "410005 长沙市开福区芙蓉中路100号", "%")
    room.close(DAY)
    first = room.again(DAY)
    before = {batch.path: Path(batch.path).read_bytes() for batch in first}
    assert [batch.kind for batch in first] == ["letters", "list", "register", "labels"]
    assert room.again(DAY) == first
    assert {path: _texts(path, content) for path, content in before.items()} == {
        path: _texts(path, Path(path).read_bytes()) for path in before
    }
    assert room.again(DAY + timedelta(days=1)) == []


def _texts(path: str, content: bytes) -> object:
    if path.endswith(".csv"):
        return content
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_by_hand_it_is_closed_and_made_in_one_go(room: PostRoom) -> None:
    assert room.again(DAY) == []
    assert sum(batch.letters for batch in room.again(DAY, closing=True) if batch.kind == "unaddressed") == 6
    assert room.due(6) is None


def test_every_letter_starts_on_a_fresh_sheet_and_bears_its_number(room: PostRoom, database: Database) -> None:
    addressed(database, "410005 长沙市开福区芙蓉中路100号", "%")
    pages = PdfReader(made(room)["letters"].path).pages
    assert [bool(page.extract_text()) for page in pages] == [True, False] * 5 + [True]
    numbers = Counter(line for page in pages for line in page.extract_text().splitlines() if line.startswith("第"))
    assert all("1/1" in line for line in numbers)
    assert len(numbers) == 6
    choose(database, post_sides="simplex")
    assert len(PdfReader(made(room)["letters"].path).pages) == 6


def test_a_cover_leaf_shows_the_address_in_the_window(room: PostRoom, database: Database) -> None:
    addressed(database, "410005 长沙市开福区芙蓉中路100号", "%")
    choose(database, post_address="window", post_sides="simplex")
    files = made(room)
    assert "labels" not in files
    pages = PdfReader(files["letters"].path).pages
    assert len(pages) == 12
    cover = pages[0].extract_text()
    for words in ("410005", "长沙市开福区芙蓉中路100号", "收", "内件1份", "第1号"):
        assert words in cover


def test_one_envelope_a_person_and_address_across_cases(room: PostRoom, database: Database) -> None:
    addressed(database, "长沙市开福区芙蓉中路100号", "%")
    with database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET name = '张三', facts = json_set(facts, '$.candidate.name', '张三', "
            "'$.candidate.id_number', '430102199003071234') WHERE number LIKE '%1' OR number LIKE '%2'"
        )
    files = made(room)
    assert (files["letters"].letters, files["letters"].envelopes) == (6, 5)
    rows = list(csv.DictReader(io.StringIO(Path(files["register"].path).read_bytes().decode("utf-8-sig"))))
    (both,) = (row for row in rows if row["文书份数"] == "2")
    assert both["收件人"] == "张三"
    assert len(both["案件编号"].split("、")) == 2


def test_letters_without_a_usable_address_are_a_file_of_their_own(room: PostRoom, database: Database) -> None:
    addressed(database, "长沙市开福区芙蓉中路100号", "%")
    addressed(database, "无", "%1")
    addressed(database, "——", "%2")
    files = made(room)
    assert files["letters"].letters == 4
    assert files["unaddressed"].letters == 2
    assert "无可用地址" in PdfReader(files["unaddressed"].path).pages[0].extract_text()


def test_no_cell_of_the_register_is_a_formula(room: PostRoom, database: Database) -> None:
    addressed(database, '=HYPERLINK("http://x","长沙市")', "%1")
    addressed(database, "410005 长沙市开福区芙蓉中路100号", "%2")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET facts = json_set(facts, '$.candidate.phone', '+8613800000000')")
    rows = list(csv.reader(io.StringIO(Path(made(room)["register"].path).read_bytes().decode("utf-8-sig"))))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any(row[3] == "410005" and row[4] == "长沙市开福区芙蓉中路100号" for row in rows)


def test_on_stock_there_is_nothing_but_certificates(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "audience_of", lambda _: Audience.STOCK)
    files = made(room)
    assert set(files) == {"stock", "stock_list"}
    assert files["stock"].letters == files["stock_list"].letters == 6
    pages = PdfReader(files["stock"].path).pages
    assert len(pages) == 6
    assert not any("1/1" in page.extract_text() for page in pages)


def test_volumes_never_divide_an_envelope(room: PostRoom, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    addressed(database, "长沙市开福区芙蓉中路100号", "%")
    monkeypatch.setattr(posting, "_VOLUME", 2)
    room.close(DAY)
    volumes = [batch for batch in room.again(DAY) if batch.kind == "letters"]
    assert [(batch.letters, batch.envelopes) for batch in volumes] == [(2, 2)] * 3
    assert [Path(batch.path).name for batch in volumes] == ["430100-文书.pdf", "430100-文书-2.pdf", "430100-文书-3.pdf"]


def test_one_centre_that_cannot_be_printed_does_not_keep_the_others(
    room: PostRoom, database: Database, tmp_path: Path
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET centre = '430200' WHERE number LIKE '%1'")
        connection.exec_driver_sql("UPDATE documents SET path = 'lost.pdf' WHERE case_number LIKE '%1'")
    with pytest.raises(LetterLost):
        room.close(DAY)
    assert {path.name[:6] for path in (tmp_path / "outbox" / str(DAY)).iterdir()} == {CENTRE}
    with database.reading() as connection:
        assert waiting_since(connection) is not None
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET path = 'x.pdf'")
    room.close(DAY)
    assert {batch.centre: batch.letters for batch in room.again(DAY)} == {CENTRE: 5, "430200": 1}
    assert CENTRE in centres()


def test_a_slip_is_a_leaf_of_its_own() -> None:
    from services.binding import Leaves, bind

    notice = Renderer(Signer.fresh()).render(specimen("exit_notice/registered")).pdf
    pages = PdfReader(io.BytesIO(bind([Leaves(notice, "exit_notice")] * 2, duplex=True))).pages
    assert ["考生签名" in page.extract_text() for page in pages] == [False, False, True, False, False, False, True]
    assert [bool(page.extract_text()) for page in pages] == [True, False, True, False, True, False, True]
