"""What the rules need and a case cannot know: read from the database at submission, it travels with the command."""

from __future__ import annotations

from datetime import date

import msgspec

from states.policies import Policies


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """An exam session of the case's centre as the register has it: its day and site if known, and since when."""

    code: str
    recorded_on: date
    on: date | None = None
    site: str = ""


class Draw(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper that was drawn from the national bank (44号·三); occupation empty and level 0: for any."""

    paper: str
    occupation: str = ""
    level: int = 0


class Context(msgspec.Struct, frozen=True, omit_defaults=True):
    """The world around one case, as the database had it when the command was sent.

    exit_date: of the case's occupation, None where it never exits. known_occupation: False when the calendar lacks it.
    centre_problem: why the centre may not act, empty when it may; next_centre_problem likewise for the centre that a
    case is to be handed to. hold: why issuing is held, empty when it is not. unprintable: characters of this submission
    that no font can set. duplicate: the other case of the same person, occupation, level and exam. sessions, draws:
    those that this submission, or the proposal it answers, names and the registers have.
    """

    exit_date: date | None = None
    occupation: str = ""
    qualification: str = ""
    known_occupation: bool = True
    suggestions: tuple[str, ...] = ()
    centre_problem: str = ""
    next_centre_problem: str = ""
    hold: str = ""
    unprintable: str = ""
    duplicate: str = ""
    sessions: tuple[Session, ...] = ()
    draws: tuple[Draw, ...] = ()
    policies: Policies = Policies()

    def session(self, code: str) -> Session | None:
        """The session called `code`, if it is on record."""
        return next((known for known in self.sessions if known.code == code), None)

    def draw(self, paper: str, occupation: str, level: int) -> Draw | None:
        """The draw of `paper`, if there is one that serves this occupation and level."""
        for known in self.draws:
            if known.paper == paper and known.occupation in ("", occupation) and known.level in (0, level):
                return known
        return None
