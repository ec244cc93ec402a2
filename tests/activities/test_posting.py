"""The files of a day's post: whole, in volumes, made again as they were, one centre's trouble not another's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader

from letters.fonts import load_faces
from letters.model import Letter
from records.case.documents import Filed, file_documents, outstanding
from records.post.day import waiting_since
from records.post.outbox import due, move
from records.store.database import Database
from services import post_room as posting
from services.letter_files import LetterFiles, LetterLost
from services.post_room import PostRoom
from states.business_dates import SHANGHAI
from storage.folder import FolderStore
from tests.caseload import announce, register

DAY = date(2020, 11, 3)
LEFT = datetime(2020, 11, 2, 20, tzinfo=UTC)  # four in the morning of the third


@pytest.fixture
def room(database: Database, tmp_path: Path) -> PostRoom:
    """Six cases of one letter each that has left on paper, and the announcement of them all, which is not printed."""
    pdf = typst.compile(b'#set document(title: "x")\n= x')
    assert isinstance(pdf, bytes)
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


@pytest.mark.parametrize(
    ("hour", "due_at"),
    [(6, datetime(2020, 11, 3, 6, tzinfo=SHANGHAI)), (4, datetime(2020, 11, 4, 4, tzinfo=SHANGHAI))],
)
def test_the_post_is_closed_at_the_next_such_hour(room: PostRoom, hour: int, due_at: datetime) -> None:
    assert room.due(hour) == due_at
    room.close(DAY)
    assert room.due(hour) is None


def test_made_again_it_is_the_same(room: PostRoom) -> None:
    room.close(DAY)
    (first,) = room.again(DAY)
    pages = [page.extract_text() for page in PdfReader(first.path).pages]
    assert room.again(DAY) == [first]
    assert len(PdfReader(first.path).pages) == 1 + first.letters == 7
    assert [page.extract_text() for page in PdfReader(first.path).pages] == pages
    assert room.again(DAY + timedelta(days=1)) == []


def test_by_hand_it_is_closed_and_made_in_one_go(room: PostRoom) -> None:
    assert room.again(DAY) == []
    (batch,) = room.again(DAY, closing=True)
    assert batch.letters == 6
    assert room.due(6) is None


def test_volumes_never_divide_an_envelope(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_VOLUME", 2)
    room.close(DAY)
    made = room.again(DAY)
    assert [(batch.letters, batch.envelopes) for batch in made] == [(2, 2)] * 3
    assert [Path(batch.path).name for batch in made] == ["430100-文书.pdf", "430100-文书-2.pdf", "430100-文书-3.pdf"]


def test_one_centre_that_cannot_be_printed_does_not_keep_the_others(
    room: PostRoom, database: Database, tmp_path: Path
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET centre = '430200' WHERE number LIKE '%1'")
        connection.exec_driver_sql("UPDATE documents SET path = 'lost.pdf' WHERE case_number LIKE '%1'")
    with pytest.raises(LetterLost):
        room.close(DAY)
    assert [path.name for path in (tmp_path / "outbox" / str(DAY)).iterdir()] == ["430100-文书.pdf"]
    with database.reading() as connection:
        assert waiting_since(connection) is not None
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET path = 'x.pdf'")
    room.close(DAY)
    assert {batch.centre: batch.letters for batch in room.again(DAY)} == {"430100": 5, "430200": 1}
