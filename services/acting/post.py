"""Acts on letters on their way."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from records.post.outbox import (
    FAILED,
    PENDING,
    RETURNED,
    SENT,
    UNCERTAIN,
    Parcel,
    move,
    parcels_of,
)
from services.acting.doing import Change, Doing, Way, Ways
from states.office import commands as c
from states.office.refusals import LetterMoved, NotAsked, ReasonNeeded, UnknownSubject

FATE_NAMES = {
    "pending": "待投递",
    "sending": "投递中",
    "sent": "已投递",
    "failed": "失败",
    "uncertain": "不明",
    "returned": "退回",
}


def _withhold(doing: Doing, command: c.WithholdLetter) -> Change:
    if not command.reason.strip():
        raise ReasonNeeded(act="撤回文书")
    (parcel,) = parcels_of(doing.connection, [command.letter])
    _moved(doing, parcel, PENDING, FAILED, f"撤回：{command.reason}", "已过撤回期")
    return _said([parcel], FAILED)


def _retry(doing: Doing, command: c.RetryLetters) -> Change:
    """An uncertain letter leaves again only after somebody has asked, and said so: it must not come twice."""
    parcels = parcels_of(doing.connection, command.letters)
    for parcel in parcels:
        if parcel.status == UNCERTAIN and not (command.not_received and command.reason):
            raise NotAsked(letter=parcel.id, number=parcel.number)
        if parcel.status not in (FAILED, UNCERTAIN):
            raise _otherwise(parcel, "无需重发")
        _moved(doing, parcel, parcel.status, PENDING, command.reason or "人工重发", "无需重发")
    return _said(parcels, PENDING)


def _returned(doing: Doing, command: c.MarkReturned) -> Change:
    (parcel,) = parcels_of(doing.connection, [command.letter])
    _moved(doing, parcel, SENT, RETURNED, command.reason or "退信", "只有已投递的才会退回")
    return _said([parcel], RETURNED)


def _moved(doing: Doing, parcel: Parcel, source: str, dest: str, reason: str, why: str) -> None:
    again = doing.now if dest == PENDING else None
    by = doing.actor.name
    if not move(doing.connection, parcel, source, dest, at=doing.now, by=by, reason=reason, next_at=again):
        raise _otherwise(parcel, why)


def _otherwise(parcel: Parcel, why: str) -> LetterMoved:
    return LetterMoved(letter=parcel.id, number=parcel.number, status_name=FATE_NAMES[parcel.status], why=why)


def _said(parcels: Sequence[Parcel], dest: str) -> Change:
    centres = {parcel.centre for parcel in parcels}
    old = {str(parcel.id): parcel.status for parcel in parcels}
    subject = "、".join(parcel.number for parcel in parcels[:20]) + ("…" if len(parcels) > 20 else "")
    return Change(subject, old, {str(parcel.id): dest for parcel in parcels}, None, ",".join(sorted(centres)))


def _centre(connection: Connection, command: c.WithholdLetter | c.MarkReturned) -> frozenset[str]:
    return _centres(connection, [command.letter])


def _of_all(connection: Connection, command: c.RetryLetters) -> frozenset[str]:
    return _centres(connection, command.letters)


def _centres(connection: Connection, letters: Sequence[int]) -> frozenset[str]:
    """Where the letters are from; UnknownSubject names those that are not there."""
    parcels = parcels_of(connection, letters)
    if missing := set(letters) - {parcel.id for parcel in parcels}:
        raise UnknownSubject(subject="、".join(map(str, sorted(missing))))
    return frozenset(parcel.centre for parcel in parcels)


POST: Ways = {
    c.WithholdLetter: Way(_withhold, _centre),
    c.RetryLetters: Way(_retry, _of_all),
    c.MarkReturned: Way(_returned, _centre),
}
