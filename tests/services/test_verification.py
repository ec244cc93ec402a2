"""What a stranger is told of a letter: by its QR, by its 校验码 as people type it, by its file; and by a forged one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from sqlalchemy import text

from activities.typesetting import Typesetter
from letters.model import AnyLetter
from letters.renderer import Renderer
from letters.seal import Signer
from records.case.documents import OnFile, filed_documents
from records.case.lookup import by_check_code
from records.post.outbox import due, move
from records.store.committer import Committer
from records.store.database import Database
from services.keys import BY_NAME, SEAL, held
from services.letter_files import LetterFiles
from services.place import database_to_write, live_place
from services.verification import REASONS, Verifier, open_verifier, standing_of, verify_file, verify_text
from settings import Settings
from storage.folder import FolderStore
from tests.caseload import announce, register

DAY = date(2020, 10, 12)


class Office(NamedTuple):
    """An installation with one registered case, its letters set."""

    settings: Settings
    database: Database
    renderer: Renderer
    files: LetterFiles
    verifier: Verifier
    case: str

    def set(self) -> None:
        committer = Committer(self.database)
        typesetter = Typesetter(self.database, committer, self.renderer, self.files)
        typesetter.sweep()
        typesetter.close()
        committer.close()

    def letter(self, kind: str) -> OnFile:
        with self.database.reading() as connection:
            return next(one for one in filed_documents(connection, 0, 100) if one.kind == kind)

    def pdf(self, kind: str) -> bytes:
        return self.files.bytes_of(self.letter(kind).id)

    def change(self, sql: str, **values: object) -> None:
        with self.database.writing() as connection:
            assert connection.execute(text(sql), values).rowcount


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    settings = Settings(data_dir=tmp_path / "data")
    database = database_to_write(live_place(settings, ""))
    case = announce(database, 1, DAY, rehearsal=False)
    register(database, case, DAY, rehearsal=False)
    renderer = Renderer(Signer.of(held(settings, BY_NAME[SEAL])), base_url="https://jd.example.cn/v")
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render)
    made = Office(settings, database, renderer, files, open_verifier(settings, database), case)
    made.set()
    yield made
    database.close()


RECEIPT = "registration_receipt"


def test_a_letter_is_in_force_by_qr_by_check_code_and_as_a_file_and_asks_to_compare(office: Office) -> None:
    letter = office.letter(RECEIPT)
    answers = [
        verify_text(office.verifier, f"HTTPS://JD.EXAMPLE.CN/V/{letter.code}"),
        verify_text(office.verifier, letter.check),
        verify_file(office.verifier, office.pdf(RECEIPT)),
    ]
    for answer in answers:
        assert (answer.verdict, answer.kind, answer.number) == ("in_force", RECEIPT, letter.number)
        assert answer.name_masked == "考＊＊"
        told = dict(answer.compare)
        assert told["职业"] == "电工" and len(told["证件号码末四位"]) == 4 and told["收费"] == "人民币100.00元"
        assert "属实" not in answer.message
    assert all("核对" in answer.message for answer in answers[:2])


TYPED: dict[str, Callable[[str], str]] = {
    "small letters": str.lower,
    "spaces": lambda code: code.replace("-", " "),
    "in one": lambda code: code.replace("-", ""),
    "a line end": lambda code: f" {code}\n",
    "misread": lambda code: code.replace("0", "o").replace("1", "l"),
    "an address": lambda code: f"http://x/v/{code}/",
    "full width": lambda code: code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
}


@pytest.mark.parametrize("typed", TYPED)
def test_a_check_code_is_understood_as_people_type_it(office: Office, typed: str) -> None:
    assert verify_text(office.verifier, TYPED[typed](office.letter(RECEIPT).check)).verdict == "in_force"


def test_a_check_code_has_eighty_bits_that_only_the_key_makes(office: Office) -> None:
    check = office.letter(RECEIPT).check
    assert len(check.replace("-", "")) * 5 == 80
    assert verify_text(office.verifier, "0000-0000-0000-0000").reason == "no_such_code"


@pytest.mark.parametrize("said", ["", "x", "王喆", "4301002020000001", "A" * 500, "12-34", "'; DROP TABLE cases --"])
def test_any_other_text_is_not_ours(office: Office, said: str) -> None:
    assert verify_text(office.verifier, said).verdict == "not_ours"


def test_another_offices_code_is_not_ours(office: Office) -> None:
    data = msgspec.json.decode(office.letter(RECEIPT).data, type=AnyLetter)
    foreign = Signer.fresh().code(data)
    answer = verify_text(office.verifier, foreign)
    assert (answer.verdict, answer.reason) == ("not_ours", "signature_false")


def test_a_letter_sealed_by_us_that_is_not_on_record(office: Office) -> None:
    data = msgspec.json.decode(office.letter(RECEIPT).data, type=AnyLetter)
    signer = Signer.of(held(office.settings, BY_NAME[SEAL]))
    unknown = signer.code(msgspec.structs.replace(data, number="长鉴受〔2020〕999号"))
    assert verify_text(office.verifier, unknown).reason == "no_such_letter"
    another = signer.code(msgspec.structs.replace(data, name="李四"))
    assert verify_text(office.verifier, another).reason == "record_differs"
    assert {verify_text(office.verifier, code).verdict for code in (unknown, another)} == {"sealed_not_on_record"}


def test_a_rehearsed_letter_is_of_no_force(office: Office) -> None:
    data = msgspec.json.decode(office.letter(RECEIPT).data, type=AnyLetter)
    rehearsed = office.renderer.render(msgspec.structs.replace(data, rehearsal=True))
    assert verify_file(office.verifier, rehearsed.pdf).verdict == "rehearsal"


def test_a_preview_bears_no_seal(office: Office) -> None:
    data = msgspec.json.decode(office.letter(RECEIPT).data, type=AnyLetter)
    preview = office.renderer.preview(data)
    assert preview.code == ""
    assert verify_file(office.verifier, preview.pdf).reason == "no_seal"


def test_a_genuine_code_in_another_file_is_an_altered_file(office: Office) -> None:
    data = msgspec.json.decode(office.letter(RECEIPT).data, type=AnyLetter)
    letter = office.letter(RECEIPT)
    copied = office.renderer.render(msgspec.structs.replace(data, name="李四"), letter.check, letter.code)
    answer = verify_file(office.verifier, copied.pdf)
    assert (answer.verdict, answer.reason) == ("altered", "bytes_differ")


def test_a_record_that_was_tampered_with_proves_nothing(office: Office) -> None:
    letter = office.letter(RECEIPT)
    office.change("UPDATE documents SET data = replace(data, '考生1', '李四') WHERE id = :id", id=letter.id)
    assert verify_text(office.verifier, letter.check).verdict == "sealed_not_on_record"
    assert verify_text(office.verifier, letter.code).verdict == "sealed_not_on_record"


def test_a_withdrawn_letter_is_withheld(office: Office) -> None:
    with office.database.writing() as connection:
        parcel = next(p for p in due(connection, datetime(2030, 1, 1, tzinfo=UTC), 9) if p.kind == RECEIPT)
        move(connection, parcel, "pending", "failed", at=datetime.now(UTC), by="x", reason="撤回：地址有误")
    assert verify_text(office.verifier, office.letter(RECEIPT).check).verdict == "withheld"


@pytest.mark.parametrize(
    ("kind", "trigger", "verdict", "reason"),
    [
        ("certificate_collection", "reissue", "replaced", "reissued"),
        ("certificate_collection", "exchange", "replaced", "exchanged"),
        ("certificate_collection", "revoke", "revoked", "certificate_revoked"),
        (RECEIPT, "reissue", "in_force", "on_record"),
    ],
)
def test_what_became_of_the_case_since_is_told(
    office: Office, kind: str, trigger: str, verdict: str, reason: str
) -> None:
    with office.database.reading() as connection:
        found = by_check_code(connection, office.letter(RECEIPT).check)
    assert found is not None
    later = found._replace(kind=kind, since=(trigger,))
    said = standing_of(later) or "on_record"
    assert (said, REASONS[said].verdict) == (reason, verdict)


def test_a_newer_letter_of_its_kind_replaces_it(office: Office) -> None:
    check = office.letter(RECEIPT).check
    with office.database.reading() as connection:
        found = by_check_code(connection, check)
    assert found is not None and not found.followed
    assert REASONS[standing_of(found._replace(followed=True))].verdict == "replaced"
    office.change("UPDATE documents SET kind = :kind, revision = 9 WHERE kind = 'announcement'", kind=RECEIPT)
    with office.database.reading() as connection:
        later = by_check_code(connection, check)
    assert later is not None and later.followed
