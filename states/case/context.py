"""What the rules need and a case cannot know: read from the database at submission, it travels with the command."""

from __future__ import annotations

from datetime import date

import msgspec

from states.policies import Policies


class Context(msgspec.Struct, frozen=True, omit_defaults=True):
    """The world around one case, as the database had it when the command was sent.

    exit_date: of the case's occupation, None for access occupations. known_occupation: False when the annex lacks it.
    centre_problem: why the centre may not act, empty when it may. hold: why issuing is held, empty when it is not.
    unprintable: characters of this submission that no font can set. duplicate: the other case of the same person,
    occupation, level and exam.
    """

    exit_date: date | None = None
    occupation: str = ""
    qualification: str = ""
    known_occupation: bool = True
    suggestions: tuple[str, ...] = ()
    centre_problem: str = ""
    hold: str = ""
    unprintable: str = ""
    duplicate: str = ""
    policies: Policies = Policies()
