"""All that a letter may draw from, and the questions about it that several kinds of letter ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from letters.failures import LetterFailure
from states.case.facts import CaseFacts
from states.case.steps import Step
from states.policies import Policies
from states.reference.catalog import exited
from states.reference.centres import Centre
from states.reference.identity import mask
from states.words import ID_TYPE_NAMES, State

Told = tuple[str, dict[str, Any]]
"""An occasion, and the fields that only this kind of letter has."""


T = TypeVar("T")


class NothingToTell(LetterFailure):
    """The case holds nothing that such a letter could be about: only a preview can ask for that."""

    def __init__(self, what: str) -> None:
        """`what` is missing, in Chinese."""
        self.what = what
        super().__init__(f"案件中没有{what}，不能写这种文书")


def needed(value: T | None, what: str) -> T:
    """`value`, which the table sees to before it writes the letter. Raises NothingToTell."""
    if value is None:
        raise NothingToTell(what)
    return value


class Scene(NamedTuple):
    """The facts after the step, the step, the centre, the office's policies."""

    facts: CaseFacts
    step: Step
    centre: Centre
    policies: Policies

    @property
    def exited(self) -> bool:
        """Whether the occupation is outside the catalog on the day of the step."""
        return exited(self.facts.exit_date, self.step.on)

    @property
    def was_announced(self) -> bool:
        """Whether the exit found the case announced only, never registered."""
        return self.facts.choice.origin is State.ANNOUNCED

    @property
    def sat_before_exit(self) -> bool:
        """Whether the exam was held while the occupation was in the catalog."""
        exam = self.facts.exam
        return exam is not None and not exited(self.facts.exit_date, exam.held_on)

    @property
    def may_resit(self) -> bool:
        """Whether the catalog lets this candidate sit once more (80号·三), on the day of the step."""
        return not self.exited or self.facts.continues or self.facts.protected

    def before_exit(self, day: date) -> date:
        """`day`, or the last day in the catalog for whom the exit would cut it short."""
        exit_date = self.facts.exit_date
        if exit_date is None or self.exited or self.facts.continues or self.facts.protected:
            return day
        return min(day, exit_date - timedelta(days=1))

    @property
    def organisation(self) -> str:
        """The evaluation organisation that the case is handed to: the one named, else the centre's own."""
        return self.facts.organisation or self.centre.organisation

    @property
    def replaced(self) -> Mapping[str, str]:
        """What of the person's identity was replaced, as people read it."""
        return {field: self._shown(field, old) for field, old in self.facts.changed.items()}

    @property
    def identity(self) -> Mapping[str, str]:
        """Name and document as they are now; of a number only what tells it from another."""
        candidate = needed(self.facts.candidate, "考生")
        return {
            "name": candidate.name,
            "id_number": mask(candidate.id_number),
            "id_type": ID_TYPE_NAMES[candidate.id_type],
        }

    @staticmethod
    def _shown(field: str, old: str) -> str:
        if field == "id_number":
            return mask(old)
        names = {one.value: shown for one, shown in ID_TYPE_NAMES.items()}
        return names.get(old, old) if field == "id_type" else old
