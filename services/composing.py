"""From the facts of a step to the data of a letter: what each template may say, nothing more."""

from __future__ import annotations

from typing import Any

import msgspec

from letters.grounds import clause_for
from letters.kinds import document_number, kind_of
from letters.model import KIND_OF_DATA, Announcement, LetterData, Offer, read_letter
from records.case.recording import ComposedDocument
from services.occasions import OCCASIONS
from services.scenes import NothingToTell, Scene, needed
from states.case.facts import CaseFacts
from states.case.steps import Step
from states.policies import Policies
from states.reference.centres import Centre
from states.words import ID_TYPE_NAMES, DocumentKind


class Composer:
    """Writes letter data for one place: `rehearsal` marks every letter as 演练."""

    def __init__(self, *, rehearsal: bool) -> None:
        self._rehearsal = rehearsal

    def key(self, kind: str, facts: CaseFacts) -> str | None:
        """A public announcement is one document a centre and exam, for all who are on it."""
        if kind != DocumentKind.ANNOUNCEMENT or not facts.exam_id:
            return None
        return f"{kind}|{facts.centre}|{facts.exam_id}"

    def serves(self, kind: str, data: bytes, facts: CaseFacts) -> bool:
        """Whether the announcement as published last names this occupation and level."""
        published = read_letter(data)
        if not isinstance(published, Announcement):
            return False
        return any((offer.occupation, offer.level) == (facts.occupation, facts.level) for offer in published.offers)

    def __call__(
        self, kind: str, facts: CaseFacts, step: Step, centre: Centre, seq: int, policies: Policies, earlier: bytes
    ) -> ComposedDocument:
        """The document `kind` of `step`, numbered `seq` of its centre, kind and year."""
        data = self.letter(kind, facts, step, centre, seq, policies, earlier)
        return ComposedDocument(data.number, msgspec.json.encode(data))

    def letter(
        self,
        kind: str,
        facts: CaseFacts,
        step: Step,
        centre: Centre,
        seq: int,
        policies: Policies,
        earlier: bytes = b"",
    ) -> LetterData:
        """The data of that document. Raises UnknownKind, NothingToTell."""
        scene = Scene(facts, step, centre, policies)
        if kind_of(kind).name not in OCCASIONS:
            raise NothingToTell("这种文书的内容（它不属于一个案件）")
        occasion, told = OCCASIONS[kind](scene)
        made: dict[str, Any] = {
            **_of_all(facts, centre),
            **told,
            "number": document_number(kind, centre.short.removesuffix("鉴"), step.on.year, seq),
            "on": step.on,
            "occasion": occasion,
            "clause": clause_for(kind, occasion),
            "rehearsal": self._rehearsal,
        }
        if kind == DocumentKind.ANNOUNCEMENT:
            made |= _announced(facts, earlier)
        wanted = KIND_OF_DATA[kind]
        return wanted(**{field: made[field] for field in wanted.__struct_fields__ if field in made})


def _of_all(facts: CaseFacts, centre: Centre) -> dict[str, Any]:
    """Fields that most kinds have: the centre, the person, what the case is about."""
    candidate = needed(facts.candidate, "考生")
    return {
        "case": facts.number,
        "centre_code": centre.code,
        "centre_name": centre.name,
        "centre_address": centre.address,
        "centre_phone": centre.phone,
        "centre_hotline": centre.hotline,
        "name": candidate.name,
        "id_name": ID_TYPE_NAMES[candidate.id_type],
        "id_number": candidate.id_number,
        "occupation": facts.occupation,
        "level": facts.level,
        "exam": facts.exam_id,
        "exit_date": facts.exit_date,
    }


def _announced(facts: CaseFacts, earlier: bytes) -> dict[str, Any]:
    """The table of an announcement: what the one before it had, and this case's occupation and level."""
    offer = Offer(facts.occupation, facts.level, None, facts.exit_date)
    before = read_letter(earlier) if earlier else None
    if not isinstance(before, Announcement):
        return {"case": "", "offers": (offer,)}
    return {"case": "", "offers": (*before.offers, offer), "amends": before.number}
