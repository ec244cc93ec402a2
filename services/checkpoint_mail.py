"""Checkpoints by mail: into a mailbox of somebody else's, where whoever has the database cannot delete them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

import msgspec

from records.ledger.checkpoints import Checkpoint
from settings import Settings
from storage.atomic_write import atomic_write

_SECONDS = 30.0


def mail_new(settings: Settings, address: str, copies: Iterable[Checkpoint]) -> None:
    """Mails every checkpoint behind the last one mailed, each once, or twice after a kill.

    Raises OSError (smtplib's errors among them) where the mail server does not take it.
    """
    marker = settings.checkpoint_dir / "mailed"
    new = [copy for copy in copies if copy.number > _last(marker)]
    if not new:
        return
    with _connected(settings) as server:
        for copy in new:
            server.send_message(_message(settings, address, copy))
            atomic_write(marker, str(copy.number).encode())


def _last(marker: Path) -> int:
    return int(marker.read_text()) if marker.exists() else 0


def _message(settings: Settings, address: str, copy: Checkpoint) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.smtp_from, address
    message["Subject"] = f"台账检查点 {copy.number}"
    message["Message-ID"] = f"<checkpoint.{copy.number}.{copy.signature[:16]}@jianding>"
    message.set_content(f"第 {copy.number} 个检查点，{copy.at}，台账 {copy.rows} 条。请保存附件，以备核对。\n")
    content = msgspec.json.format(msgspec.json.encode(copy), indent=2)
    message.add_attachment(content, maintype="application", subtype="json", filename=f"{copy.number:06d}.json")
    return message


def _connected(settings: Settings) -> smtplib.SMTP:
    s = settings
    trust = ssl.create_default_context(cafile=str(s.smtp_tls_ca) if s.smtp_tls_ca else None)
    if s.smtp_tls and s.smtp_port == 465:
        server: smtplib.SMTP = smtplib.SMTP_SSL(s.smtp_host, s.smtp_port, timeout=_SECONDS, context=trust)
    else:
        server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=_SECONDS)
        if s.smtp_tls:
            server.starttls(context=trust)
    if s.smtp_user:
        server.login(s.smtp_user, s.smtp_password.get_secret_value())
    return server
