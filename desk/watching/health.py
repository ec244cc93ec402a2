"""One port for whoever watches a process: /healthz, /readyz and /metrics, plain HTTP for the machine's own network."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from desk.watching.metrics import Worker, exposition
from engine.server.embedded import PortTaken
from services.place import Place, database_to_read
from settings import Settings

_LONGEST_REQUEST_SECONDS = 5.0
_LONGEST_HEAD = 16_384


class Answer(NamedTuple):
    """What is answered: the status, the kind of content, the content."""

    status: str
    kind: str
    body: bytes


class Watched(NamedTuple):
    """What a process lets be watched. `engine` answers whether the engine does; `workers` tell the SDK's figures."""

    place: Callable[[], Place]
    engine: Callable[[], Awaitable[bool]]
    workers: Callable[[], Sequence[Worker]]


class Health:
    """Answers on one port until it is closed."""

    def __init__(self, watched: Watched, listening: socket.socket) -> None:
        """`listening` is bound already, so that a port that is taken is told before anything is started."""
        self._watched = watched
        self._listening = listening
        self._metrics = exposition(lambda: database_to_read(watched.place()))
        self._answers = {"/healthz": self._alive, "/readyz": self._ready, "/metrics": self._measured}

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self._listening.getsockname()[:2]
        return f"http://{host}:{port}"

    async def serve(self) -> None:
        """Answers until it is cancelled."""
        server = await asyncio.start_server(self._one, sock=self._listening, limit=_LONGEST_HEAD)
        async with server:
            await server.serve_forever()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_LONGEST_REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            answer = await self._answered(head)
            length = f"Content-Type: {answer.kind}\r\nContent-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
            writer.write(f"HTTP/1.1 {answer.status}\r\n{length}".encode() + answer.body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asked did not finish asking, or does not wait for the answer
        finally:
            writer.close()

    async def _answered(self, head: bytes) -> Answer:
        method, _, rest = head.decode("latin-1").partition(" ")
        path = rest.split(" ")[0].partition("?")[0]
        if method != "GET":
            return Answer("405 Method Not Allowed", "text/plain", b"GET only\n")
        if path not in self._answers:
            return Answer("404 Not Found", "text/plain", " ".join(self._answers).encode() + b"\n")
        return await self._answers[path]()

    async def _alive(self) -> Answer:
        """The process lives: nobody else is asked."""
        return _json({"ok": True}, well=True)

    async def _ready(self) -> Answer:
        """The process can work: the database answers at the schema it needs, and so does the engine."""
        checks = {"database": await asyncio.to_thread(self._database), "engine": await self._watched.engine()}
        return _json({"ok": all(checks.values()), "checks": checks}, well=all(checks.values()))

    def _database(self) -> bool:
        try:
            database_to_read(self._watched.place()).close()
        except Exception:  # whatever it is, we cannot work
            return False
        return True

    async def _measured(self) -> Answer:
        body = await asyncio.to_thread(self._metrics, self._watched.workers())
        return Answer("200 OK", "text/plain; version=0.0.4; charset=utf-8", body)


def _json(content: dict[str, object], *, well: bool) -> Answer:
    status = "200 OK" if well else "503 Service Unavailable"
    return Answer(status, "application/json", json.dumps(content).encode() + b"\n")


def bind(settings: Settings) -> socket.socket | None:
    """The port to be watched at; None where none is wanted. Raises PortTaken.

    The default gives way to another installation on the same machine, a port that somebody chose does not.
    """
    if not settings.health_address:
        return None
    host, _, port = settings.health_address.rpartition(":")
    try:
        return socket.create_server((host, int(port)))
    except OSError as error:
        if "health_address" in settings.model_fields_set:
            raise PortTaken(int(port), "JIANDING_HEALTH_ADDRESS 指定另一个") from error
        return socket.create_server((host, 0))


async def answers(target: str) -> bool:
    """Whether anything listens at host:port."""
    host, _, port = target.rpartition(":")
    try:
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, TimeoutError, ValueError):
        return False
    writer.close()
    return True


def free_address() -> str:
    """host:port on loopback that is free just now, for a worker's own measurements."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"
