"""Letters by e-mail: one message a letter, always with the same Message-ID, its PDF attached."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

import aiosmtplib
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from letters.kinds import kind_of
from records.office.centres import Registered
from records.post.outbox import FAILED, PENDING, SENT, UNCERTAIN, Parcel
from settings import Settings

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"
_SECONDS = 30.0


class Ending(NamedTuple):
    """How an attempt ended: the letter's next status, and what the other side said."""

    status: str
    detail: str = ""


class Unreachable(Exception):
    """The mail server cannot be reached or does not let us in: nothing has left."""


class Mailer:
    """`async with Mailer(settings, known) as mailer: await mailer.send(…)`: one connection for many letters.

    Raises Unreachable where there is none to be had.
    """

    def __init__(self, settings: Settings, known: Mapping[str, Registered]) -> None:
        """`known`: the centres, by which a letter is signed."""
        self._settings = settings
        self._known = known
        environment = SandboxedEnvironment(loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined)
        self._body = environment.get_template("letter.txt.j2")
        self._smtp: aiosmtplib.SMTP | None = None
        self._unreachable = ""

    async def __aenter__(self) -> Mailer:
        """Nothing yet: the first letter connects."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Takes leave, politely if possible."""
        await self._hang_up()

    async def send(self, parcel: Parcel, pdf: bytes, at: datetime) -> Ending:
        """Sends one letter, once; says how it ended. Raises Unreachable before anything has left."""
        try:
            message = self.message(parcel, pdf, at)
        except ValueError as wrong:  # an address that is none
            return Ending(FAILED, f"地址无法投递：{wrong}")
        smtp = await self._connected()
        try:
            await smtp.send_message(message)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as refused:
            return _refused(refused)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as lost:
            await self._hang_up()  # it may or may not have been taken
            return Ending(UNCERTAIN, f"连接中断：{type(lost).__name__}")
        return Ending(SENT)

    def message(self, parcel: Parcel, pdf: bytes, at: datetime) -> EmailMessage:
        """The message of a letter. Raises ValueError for an address or a name with line ends in it."""
        title, centre = kind_of(parcel.kind).title, self._known[parcel.centre].centre
        message = EmailMessage()
        message["Message-ID"] = parcel.message_id
        message["From"] = self._settings.smtp_from
        message["To"] = parcel.email
        message["Date"] = format_datetime(at)
        message["Subject"] = f"{title} {parcel.number}"
        message["Auto-Submitted"] = "auto-generated"
        words = {"name": parcel.name, "title": title, "number": parcel.number}
        message.set_content(self._body.render(**words, centre=centre.name, phone=centre.phone))
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{title}.pdf")
        return message

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        if self._unreachable:  # a page of letters must not wait for it a page of times
            raise Unreachable(self._unreachable)
        s = self._settings
        context = ssl.create_default_context(cafile=str(s.smtp_tls_ca) if s.smtp_tls_ca else None)
        implicit = s.smtp_tls and s.smtp_port == 465
        smtp = aiosmtplib.SMTP(
            hostname=s.smtp_host,
            port=s.smtp_port,
            use_tls=implicit,
            start_tls=s.smtp_tls and not implicit,
            tls_context=context if s.smtp_tls else None,
            timeout=_SECONDS,
        )
        try:
            await smtp.connect()
            if s.smtp_user:
                await smtp.login(s.smtp_user, s.smtp_password.get_secret_value())
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self._unreachable = f"{type(error).__name__}: {error}"
            raise Unreachable(self._unreachable) from error
        self._smtp = smtp
        return smtp

    async def _hang_up(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                await smtp.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                smtp.close()


def _refused(refused: aiosmtplib.SMTPException) -> Ending:
    """The server said no: for now (4xx) or for good (5xx)."""
    one = refused.recipients[0] if isinstance(refused, aiosmtplib.SMTPRecipientsRefused) else refused
    code, words = getattr(one, "code", 0), getattr(one, "message", str(one))
    return Ending(PENDING if 400 <= code < 500 else FAILED, f"{code} {words}"[:500])
