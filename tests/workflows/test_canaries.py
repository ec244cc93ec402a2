"""Canary persons in every field of a case: afterwards everything that is not our own database is searched for them."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from temporalio.client import Client

from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from engine.wire.client import case_id
from services.command_input import command_from
from services.place import Place, live_place
from settings import Settings
from states.reference.identity import make_id_number
from states.refusals import Refusal
from tests.caseload import REVIEWER
from tests.workflows.cases import now, send
from worker import working

NAME, OPERATOR = "欧阳喆珺", "司马旻"
ID_NUMBER = make_id_number("430102", date(1991, 7, 3), 7)
ADDRESS, PHONE, EMAIL = "长沙市金丝雀巷七号", "13907310007", "canary-7@example.cn"
EVIDENCE, REASON = "金丝雀证件复印件", "金丝雀本人来电"
CANARIES = (NAME, OPERATOR, ID_NUMBER, ADDRESS, PHONE, EMAIL, EVIDENCE, REASON)


async def lived(place: Place) -> str:
    """A case that had canaries in every field, accepted and refused, and a letter."""
    person = {"name": NAME, "id_number": ID_NUMBER, "address": ADDRESS, "phone": PHONE, "email": EMAIL}
    what = {"occupation": "保安员", "level": 5, "centre": "430100"}
    async with working(place) as running:
        opened = command_from("announce", {**person, **what}, by=OPERATOR)
        number, _ = await running.submitter.open([opened], now())
        await send(running.submitter, number, "register", by=OPERATOR, fee_fen=28_000)
        for command, by, fields in (
            ("correct", OPERATOR, {"address": ADDRESS + "二楼", "reason": REASON}),
            ("report_loss", OPERATOR, {"evidence": EVIDENCE}),
            ("withdraw", OPERATOR, {"reason": REASON}),
            ("approve", OPERATOR, {}),
            ("approve", REVIEWER, {}),
        ):
            try:
                await send(running.submitter, number, command, by=by, **fields)
            except Refusal:
                continue
        await asyncio.to_thread(running.letters_filed)
    return number


def found_in(content: bytes) -> list[str]:
    spellings = ("utf-8", "utf-16-le", "gb18030")
    return [canary for canary in CANARIES if any(canary.encode(spelling) in content for spelling in spellings)]


def outside(place: Place) -> Iterator[Path]:
    """Every file of the installation but its own record: the database, and the letters that are for the person."""
    for path in place.directory.rglob("*"):
        inside = path.name.startswith("jianding.db") or path.is_relative_to(place.letters)
        if path.is_file() and not inside:
            yield path


async def test_nobody_is_named_outside_our_own_record(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    options = ServerOptions(tmp_path / "data" / "temporal")
    async with EmbeddedServer(options) as server:
        place = live_place(Settings(data_dir=tmp_path / "data"), server.target)
        number = await lived(place)
        stranger = await Client.connect(server.target, namespace=place.namespace)
        handle = stranger.get_workflow_handle(case_id(number))
        history = b"".join(event.SerializeToString() for event in (await handle.fetch_history()).events)
        described = (await handle.describe()).raw_description.SerializeToString()
    assert found_in(history) == [] == found_in(described)
    assert {str(path): hits for path in outside(place) if (hits := found_in(path.read_bytes()))} == {}
    assert [path for path in place.directory.rglob("*") if found_in(str(path).encode())] == []
    assert found_in(caplog.text.encode()) == []
    host = socket.gethostname().encode()
    assert host not in history and f"{os.getpid()}@".encode() not in history
    assert found_in((place.directory / "jianding.db").read_bytes() + _log_of(place))  # they were really there


def _log_of(place: Place) -> bytes:
    written_ahead = place.directory / "jianding.db-wal"
    return written_ahead.read_bytes() if written_ahead.exists() else b""


async def test_nothing_of_the_installation_is_readable_by_others(tmp_path: Path) -> None:
    async with EmbeddedServer(ServerOptions(tmp_path / "data" / "temporal")) as server:
        place = live_place(Settings(data_dir=tmp_path / "data"), server.target)
        await lived(place)
    assert place.directory.stat().st_mode & 0o077 == 0
    open_to_others = [path for path in place.directory.rglob("*") if path.stat().st_mode & 0o077 and path.is_file()]
    assert all(parent_closed(path, place.directory) for path in open_to_others)


def parent_closed(path: Path, top: Path) -> bool:
    """Whether some folder on the way to a file lets nobody else in."""
    return any(folder.stat().st_mode & 0o077 == 0 for folder in path.parents if folder.is_relative_to(top))


async def test_the_embedded_server_listens_on_this_machine_alone(tmp_path: Path) -> None:
    async with EmbeddedServer(ServerOptions(tmp_path / "temporal", database=None, ui=True)) as server:
        ports = {int(server.target.rpartition(":")[2]), int(str(server.address.ui_url).rpartition(":")[2])}
        assert listening(server.address.pid) and listening(server.address.pid) >= ports
        assert all(address == "0100007F" for address, port in sockets(server.address.pid) if port in ports)
        assert {address for address, _ in sockets(server.address.pid)} == {"0100007F"}


def listening(pid: int) -> set[int]:
    return {port for _, port in sockets(pid)}


def sockets(pid: int) -> list[tuple[str, int]]:
    """(address in hexadecimal, port) of every TCP socket that a process listens on, as the kernel tells it."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            field = line.split()
            if field[3] == "0A" and field[9] in inodes:
                address, port = field[1].split(":")
                found.append((address, int(port, 16)))
    return found
