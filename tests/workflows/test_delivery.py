"""Letters leave: after their undo window, once, by mail or on paper; what is unclear waits for a person."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pypdf import PdfReader
from sqlalchemy import Connection, text
from temporalio.client import Client, WorkflowExecutionStatus

from activities.deliver import Postman
from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from engine.wire.client import nudge_delivery, nudge_run
from engine.wire.messages import CLOSE_POST
from letters.fonts import load_faces
from records.case.documents import letters_of
from records.office.world import set_policies
from records.post.day import waiting_since
from records.post.outbox import PUBLIC, Parcel, due, left_sending, listed, move, stamp
from records.runs.items import NewItem, counts, plan_run
from records.store.committer import Committer
from records.store.database import Database
from services.command_input import command_from
from services.place import Place, Working, letter_files, live_place
from services.post_room import PostRoom
from settings import Settings
from states.business_dates import business_date
from states.case import commands as c
from states.policies import Policies
from tests.caseload import CLERK
from tests.workflows.cases import announcing, now, until
from worker import working


class Mailbox:
    """A real SMTP server's handler: keeps what it takes, and misbehaves when told to."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer == "hang up":
            self.messages.append(envelope.content)
            server.transport.abort()
            return "250 never said"
        if self.answer.startswith("250"):
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer


def certified_here(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate for 127.0.0.1, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    files = folder / "mail.pem", folder / "mail.key"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def leave_after(database: Database, minutes: int) -> None:
    with database.writing() as connection:
        set_policies(connection, Policies(undo_minutes=minutes))


def registered(n: int, **more: str) -> list[c.AnyCommand]:
    """A case with one letter to its candidate: the announcement before it is published, not sent."""
    return [announcing(n, **more), command_from("register", {"fee_fen": 100}, by=CLERK)]


def posted(connection: Connection, at: datetime) -> list[Parcel]:
    return [parcel for parcel in due(connection, at, 10) if parcel.channel != PUBLIC]


def letters(database: Database) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [letter for letter in listed(connection, limit=100) if letter["channel"] != PUBLIC]


def long_ago(database: Database) -> None:
    """Everything that has left did so two days ago."""
    then = stamp(datetime.now(UTC) - timedelta(days=2))
    with database.writing() as connection:
        connection.execute(text("UPDATE deliveries SET changed_at = :then"), {"then": then})


def post_room(place: Place, database: Database) -> PostRoom:
    return PostRoom(database, database.write, letter_files(place, database), place.outbox_store, load_faces())


async def all_in(database: Database, *statuses: str) -> list[dict[str, Any]]:
    async def there() -> bool:
        found = letters(database)
        return bool(found) and {letter["status"] for letter in found} <= set(statuses)

    await until(there)
    return letters(database)


@asynccontextmanager
async def at_work(tmp_path: Path, **smtp: Any) -> AsyncIterator[tuple[Place, Working]]:
    settings = Settings(data_dir=tmp_path, **smtp)
    async with EmbeddedServer(ServerOptions(tmp_path / "temporal", database=None)) as server:
        place = live_place(settings, server.target)
        async with working(place, sandboxed=True) as running:
            yield place, running


async def test_on_paper_after_the_undo_window_and_then_nothing_is_left_running(place: Place, client: Client) -> None:
    async with working(place, sandboxed=True) as running:
        leave_after(running.database, 0)
        began = time.monotonic()
        await running.submitter.open(registered(1), now())
        (letter,) = await all_in(running.database, "sent")
        assert time.monotonic() - began < 5 + 5  # within five seconds of its window's end, and a slow machine's start
        (left,) = place.outbox.glob("2*/430100/*.pdf")
        (kept,) = place.letters.glob("registration_receipt/*/*.pdf")
        assert left.read_bytes() == kept.read_bytes()
        assert letter["attempts"] == 1

        # At the hour of the day's post it is printed, and then nothing waits any more.
        async def waits() -> bool:
            history = await client.get_workflow_handle("delivery").fetch_history()
            return history.events[-1].WhichOneof("attributes") == "timer_started_event_attributes"

        await until(waits)
        long_ago(running.database)
        await nudge_delivery(client)

        async def over() -> bool:
            described = await client.get_workflow_handle("delivery").describe()
            return described.status is WorkflowExecutionStatus.COMPLETED

        await until(over)
        (batch,) = place.outbox.glob("*/430100-无地址文书.pdf")
        assert len(PdfReader(batch).pages) == 3  # the list, its blank back, the letter
        with running.database.reading() as connection:
            assert waiting_since(connection) is None


async def test_letters_leave_while_the_post_is_being_made(place: Place, client: Client) -> None:
    async with working(place, sandboxed=True) as running:
        leave_after(running.database, 0)
        await running.submitter.open(registered(1), now())
        await all_in(running.database, "sent")
        long_ago(running.database)
        with running.database.alone("post"):  # it takes as long as this
            await nudge_delivery(client)

            async def under_way() -> bool:
                described = await client.get_workflow_handle("delivery").describe()
                pending = described.raw_description.pending_activities
                return [activity.activity_type.name for activity in pending] == [CLOSE_POST]

            await until(under_way)
            await running.submitter.open(registered(2), now())
            assert len(await all_in(running.database, "sent")) == 2
            assert not list(place.outbox.glob("*/430100-无地址文书.pdf"))

        async def made() -> bool:
            return len(list(place.outbox.glob("*/430100-无地址文书.pdf"))) == 1

        await until(made)


async def test_without_a_mail_server_letters_to_an_address_are_printed_with_the_others(
    place: Place, running: Working
) -> None:
    leave_after(running.database, 0)
    await running.submitter.open(registered(1, email="wz@example.org"), now())
    (letter,) = await all_in(running.database, "sent")
    assert letter["channel"] == "folder"
    room = post_room(place, running.database)
    room.close(business_date(now()))
    assert [(batch.kind, batch.letters) for batch in room.again(business_date(now()))] == [("unaddressed", 1)]


async def test_nothing_leaves_within_the_undo_window(place: Place, client: Client) -> None:
    async with working(place, sandboxed=True) as running:
        await running.submitter.open(registered(1), now())

        async def waits() -> bool:
            found = [w async for w in client.list_workflows("WorkflowType = 'DeliveryWorkflow'")]
            return len(found) == 1 and found[0].status is WorkflowExecutionStatus.RUNNING

        await until(waits)
        (letter,) = letters(running.database)
        assert letter["status"] == "pending"
        window = datetime.fromisoformat(letter["not_before"]) - datetime.now(UTC)
        assert timedelta(minutes=9) < window <= timedelta(minutes=10)
        assert not place.outbox.exists()


async def test_by_mail(tmp_path: Path) -> None:
    with mail_server() as (box, port):
        smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": False, "smtp_from": "jd@example.org"}
        async with at_work(tmp_path, **smtp) as (_, running):
            leave_after(running.database, 0)
            await running.submitter.open(registered(1, email="wz@example.org"), now())
            await running.submitter.open(registered(2), now())
            found = await all_in(running.database, "sent")
            (message,) = box.messages
            mailed = next(letter for letter in found if letter["channel"] == "email")
            assert message["Message-ID"] == mailed["message_id"]
            assert (message["To"], message["From"]) == ("wz@example.org", "jd@example.org")
            (attached,) = message.iter_attachments()
            assert attached.get_filename() == "职业技能鉴定公告.pdf" or attached.get_filename().endswith(".pdf")
            assert attached.get_content().startswith(b"%PDF")
            assert "王喆" in message.get_body().get_content()


@pytest.mark.parametrize(("trusted", "status"), [(True, "sent"), (False, "pending")])
async def test_by_mail_over_tls_with_a_password(tmp_path: Path, trusted: bool, status: str) -> None:
    """STARTTLS and a login; a server whose certificate nobody vouches for gets neither password nor letter."""
    certificate, key = certified_here(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[bytes] = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        asked.append(data.password)
        return AuthResult(success=data.password == b"geheim")

    with mail_server(tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True) as (
        box,
        port,
    ):
        smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_from": "jd@example.org", "smtp_user": "jd"}
        more = {"smtp_password": "geheim", **({"smtp_tls_ca": certificate} if trusted else {})}
        async with at_work(tmp_path, **smtp, **more) as (_, running):
            leave_after(running.database, 0)
            await running.submitter.open(registered(1, email="wz@example.org"), now())

            async def tried() -> bool:
                (letter,) = letters(running.database)
                return bool(letter["attempts"] and letter["status"] != "sending")

            await until(tried)
            assert [letter["status"] for letter in letters(running.database)] == [status]
            assert (len(box.messages), asked) == ((1, [b"geheim"]) if trusted else (0, []))


@pytest.mark.parametrize(
    ("answer", "status"), [("550 no such user", "failed"), ("451 try later", "pending"), ("hang up", "uncertain")]
)
async def test_what_the_mail_server_says_is_what_becomes_of_it(tmp_path: Path, answer: str, status: str) -> None:
    with mail_server() as (box, port):
        box.answer = answer
        smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": False, "smtp_from": "jd@example.org"}
        async with at_work(tmp_path, **smtp) as (_, running):
            leave_after(running.database, 0)
            await running.submitter.open(registered(1, email="wz@example.org"), now())

            async def tried() -> bool:
                (letter,) = letters(running.database)
                return bool(letter["attempts"] and letter["status"] != "sending")

            await until(tried)
            (letter,) = letters(running.database)
            assert (letter["status"], letter["attempts"]) == (status, 1)
            assert letter["detail"]
            if status == "pending":
                assert letter["not_before"] > stamp(datetime.now(UTC))


async def test_no_mail_server_loses_nothing(tmp_path: Path) -> None:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_tls": False, "smtp_from": "jd@example.org"}
    async with at_work(tmp_path, **smtp) as (_, running):
        leave_after(running.database, 0)
        await running.submitter.open(registered(1, email="wz@example.org"), now())

        async def tried() -> bool:
            (letter,) = letters(running.database)
            return letter["status"] == "pending" and letter["attempts"] == 1

        await until(tried)


async def test_what_a_dead_attempt_left_is_uncertain_by_mail_and_written_again_on_paper(
    place: Place, running: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, more in ((1, {"email": "wz@example.org"}), (2, {})):
        await running.submitter.open(registered(n, **more), now())
    database, later = running.database, datetime.now(UTC) + timedelta(minutes=11)

    async def filed() -> bool:
        with database.reading() as connection:
            return len(posted(connection, later)) == 2

    await until(filed)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with database.writing() as connection:
        for parcel in posted(connection, later):
            assert move(connection, parcel, "pending", "sending", at=long_ago, by="x")
            assert not move(connection, parcel, "pending", "sending", at=long_ago, by="y")
        assert len(left_sending(connection, datetime.now(UTC))) == 2
    settings = Settings(data_dir=place.directory, smtp_host="127.0.0.1", smtp_from="jd@example.org")
    committer = Committer(database)
    room = post_room(place, database)
    await Postman(settings, database, committer, letter_files(place, database), place.outbox_store, room)._take_back()
    committer.close()
    assert {letter["channel"]: letter["status"] for letter in letters(database)} == {
        "email": "uncertain",
        "folder": "pending",
    }
    with database.reading() as connection:
        told = connection.execute(text("SELECT source, dest FROM delivery_events ORDER BY id")).all()
    assert [tuple(row) for row in told[-2:]] == [("sending", "uncertain"), ("sending", "pending")]


async def test_the_days_post_in_envelope_order_and_printed_again(
    place: Place, running: Working, client: Client
) -> None:
    database, today = running.database, business_date(now())
    leave_after(database, 0)
    addresses = ("长沙市乙路2号", "长沙市甲路1号", "")
    for n, address in enumerate(addresses):
        await running.submitter.open(registered(n, address=address), now())

    async def six() -> bool:
        return [letter["status"] for letter in letters(database)] == ["sent"] * 3

    await until(six)
    room = post_room(place, database)
    room.close(today)
    made = {batch.kind: batch for batch in room.again(today)}
    assert (made["letters"].letters, made["letters"].envelopes) == (2, 2)
    assert (made["unaddressed"].letters, made["unaddressed"].envelopes) == (1, 1)
    assert len(PdfReader(made["letters"].path).pages) == 3  # the second letter on a fresh sheet
    sheet = PdfReader(made["list"].path).pages[0].extract_text()
    assert sheet.index("乙路") < sheet.index("甲路")

    with database.writing() as connection:
        found = letters_of(connection, kind="registration_receipt", centre="430100", first=today, last=today)
        items = [NewItem(str(id_), case) for id_, case in found]
        plan_run(connection, id_="r1", kind="reprint", title="重印", by=CLERK, at=stamp(now()), items=items)
    await nudge_run(client, "r1")

    async def done() -> bool:
        with database.reading() as connection:
            return counts(connection, "r1")["done"] == 3

    await until(done)
    again = sorted((place.outbox / "重印").glob("registration_receipt/*/*.pdf"))
    kept = sorted(place.letters.glob("registration_receipt/*/*.pdf"))
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in kept]
    assert len(again) == 3
