"""What an office's own people do apart from cases. One class an act; the tag is its name in the ledger and on the wire.

Whatever is to be kept from the ledger (a password, a token) is no field here: see `services.acts.Private`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from states.office.people import Scope
from states.words import Role

HoldScope = Literal["centre", "occupation", "case"]


class OfficeCommand(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="act", tag=True
):
    """What every act carries: `reason` is why, in the words of whoever acts."""

    reason: str = ""


class AddOperator(OfficeCommand, frozen=True, tag="add_operator"):
    """Puts a person on the register, without roles; `centres`: None for all of them."""

    name: str
    staff_number: str = ""
    centres: tuple[str, ...] | None = ()


class GiveRoles(OfficeCommand, frozen=True, tag="give_roles"):
    """Gives an account exactly these roles."""

    account: str
    roles: tuple[Role, ...]


class SetCentres(OfficeCommand, frozen=True, tag="set_centres"):
    """Lets an account reach exactly these centres; None: all."""

    account: str
    centres: tuple[str, ...] | None


class LockOperator(OfficeCommand, frozen=True, tag="lock_operator"):
    """Stops an account until it is unlocked; its sessions end."""

    account: str


class UnlockOperator(OfficeCommand, frozen=True, tag="unlock_operator"):
    """Lets a locked account act again."""

    account: str


class LeaveOperator(OfficeCommand, frozen=True, tag="leave_operator"):
    """A person has left: the account stays on record and never acts again."""

    account: str


class ResetOperator(OfficeCommand, frozen=True, tag="reset_operator"):
    """A new password, given privately; the second factor is dropped and sessions end. Also mends a broken seal."""

    account: str


class ChangePassword(OfficeCommand, frozen=True, tag="change_password"):
    """One's own new password, given privately; one's other sessions end."""


class EnrolSecondFactor(OfficeCommand, frozen=True, tag="enrol_second_factor"):
    """One's own second factor, its secret given privately."""


class CreateToken(OfficeCommand, frozen=True, tag="create_token"):
    """A service token that acts for oneself, within `scopes`; shown once, privately."""

    name: str
    scopes: tuple[Scope, ...]
    days: int
    centres: tuple[str, ...] | None = None


class RevokeToken(OfficeCommand, frozen=True, tag="revoke_token"):
    """Ends a service token: one's own, or as administrator anybody's."""

    token: str


class EndSessions(OfficeCommand, frozen=True, tag="end_sessions"):
    """Ends every session of an account."""

    account: str


class SetSignIn(OfficeCommand, frozen=True, tag="set_sign_in"):
    """Changes the terms of signing in: only those given, each as text."""

    changes: dict[str, str]


class SetPolicies(OfficeCommand, frozen=True, tag="set_policies"):
    """Changes policies: only those given, each as text."""

    changes: dict[str, str]


class SetHoliday(OfficeCommand, frozen=True, tag="set_holiday"):
    """Says of a day whether it is worked, above the published calendar."""

    day: date
    workday: bool
    name: str = ""


class ClearHoliday(OfficeCommand, frozen=True, tag="clear_holiday"):
    """Leaves a day to the published calendar again."""

    day: date


class LoadCatalog(OfficeCommand, frozen=True, tag="load_catalog"):
    """Puts another annex in force: its CSV, and the totals (TOML) that it must prove."""

    csv: str
    totals: str


class Redate(OfficeCommand, frozen=True, tag="redate"):
    """Moves the exit of a batch or of one occupation; every affected case is told by a run. `to` None: 准入类."""

    to: date | None
    batch: str = ""
    occupation: str = ""


class PlaceHold(OfficeCommand, frozen=True, tag="place_hold"):
    """Holds the issuing of certificates for a centre, an occupation or a case (80号·四)."""

    scope: HoldScope
    value: str


class ReleaseHold(OfficeCommand, frozen=True, tag="release_hold"):
    """Releases the holds on a centre, an occupation or a case."""

    scope: HoldScope
    value: str


class AddCentre(OfficeCommand, frozen=True, tag="add_centre"):
    """Puts a centre on the register: its columns, as in the register's file."""

    code: str
    columns: dict[str, str]


class ChangeCentre(OfficeCommand, frozen=True, tag="change_centre"):
    """Changes columns of a centre: only those given. What was issued under the old ones keeps them."""

    code: str
    columns: dict[str, str]


class CloseCentre(OfficeCommand, frozen=True, tag="close_centre"):
    """A centre takes no further case; `successor` is who its open ones are to be handed to."""

    code: str
    successor: str = ""


class WithholdLetter(OfficeCommand, frozen=True, tag="withhold_letter"):
    """Keeps back a letter that has not left yet."""

    letter: int


class RetryLetters(OfficeCommand, frozen=True, tag="retry_letters"):
    """Sends letters that failed again; `not_received`: somebody has asked about those whose fate is uncertain."""

    letters: tuple[int, ...]
    not_received: bool = False


class MarkReturned(OfficeCommand, frozen=True, tag="mark_returned"):
    """Writes down that a letter came back."""

    letter: int


class PrintPost(OfficeCommand, frozen=True, tag="print_post"):
    """Closes and prints a day's post of a centre, or of every centre within reach."""

    day: date
    centre: str = ""


class BeginRun(OfficeCommand, frozen=True, tag="begin_run"):
    """Registers a bulk run: what, and on how many; its items lie in the run itself."""

    run: str
    title: str
    items: int
    centres: tuple[str, ...] = ()


class MoveRun(OfficeCommand, frozen=True, tag="move_run"):
    """Pauses, resumes or cancels a bulk run."""

    run: str
    to: Literal["paused", "running", "cancelling"]


class Export(OfficeCommand, frozen=True, tag="export"):
    """Takes records out of the system: what, chosen how, how many."""

    what: str
    chosen: str
    rows: int
    centres: tuple[str, ...] = ()


class Unmask(OfficeCommand, frozen=True, tag="unmask"):
    """Looks at the personal data of a case in the clear; `reason` is demanded."""

    case: str


class RotateKey(OfficeCommand, frozen=True, tag="rotate_key"):
    """A new key of a kind encrypts or signs from now on."""

    kind: str


class DrawEntry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A paper as the bank's draw record has it; occupation empty and level 0: for any."""

    paper: str
    occupation: str = ""
    level: int = 0
    draw: str = ""
    drawn_on: date | None = None


class AddDraws(OfficeCommand, frozen=True, tag="add_draws"):
    """Enters draws of the national question bank (44号·三)."""

    draws: tuple[DrawEntry, ...]


class AddSession(OfficeCommand, frozen=True, tag="add_session"):
    """Puts an exam session of a centre on record as of today."""

    centre: str
    session: str
    held_on: date | None = None
    site: str = ""


class LoadStanding(OfficeCommand, frozen=True, tag="load_standing"):
    """Loads occupations that are in the catalog without an exit, or left it before: CSV with a source for each."""

    csv: str


class RetireKey(OfficeCommand, frozen=True, tag="retire_key"):
    """A key that was replaced is needed no more, and leaves its file."""

    kind: str
    key_id: str


class SignIn(OfficeCommand, frozen=True, tag="sign_in"):
    """A session began; `address` and `client` say from where and with what."""

    address: str
    client: str


class SignInFailedAct(OfficeCommand, frozen=True, tag="sign_in_failed"):
    """Somebody tried an account that exists, with a wrong password or code."""

    address: str
    client: str


class SignOut(OfficeCommand, frozen=True, tag="sign_out"):
    """A session was left, or ended by its owner from elsewhere."""

    sessions: int = 1


class Reauthenticate(OfficeCommand, frozen=True, tag="reauthenticate"):
    """The owner of a session proved again who they are."""

    address: str


class Initialise(OfficeCommand, frozen=True, tag="initialise"):
    """The first administrator was made, by whoever has the machine."""


class DecideProposal(OfficeCommand, frozen=True, tag="decide_proposal"):
    """The second pair of eyes says no to a pending act, or its proposer takes it back."""

    proposal: str


AnyAct = (
    AddOperator | GiveRoles | SetCentres | LockOperator | UnlockOperator | LeaveOperator | ResetOperator
    | ChangePassword | EnrolSecondFactor | CreateToken | RevokeToken | EndSessions | SetSignIn | SetPolicies
    | SetHoliday | ClearHoliday | LoadCatalog | Redate | PlaceHold | ReleaseHold | AddCentre | ChangeCentre
    | CloseCentre | WithholdLetter | RetryLetters | MarkReturned | PrintPost | BeginRun | MoveRun | Export | Unmask
    | RotateKey | RetireKey | AddDraws | AddSession | LoadStanding | SignIn | SignInFailedAct
    | SignOut | Reauthenticate | Initialise | DecideProposal
)  # fmt: skip
"""Every act, for decoding."""

OFFICE_COMMANDS: dict[str, type[OfficeCommand]] = {
    str(cls.__struct_config__.tag): cls for cls in OfficeCommand.__subclasses__()
}


def act_name(command: OfficeCommand) -> str:
    """The name of an act, as in the table of acts."""
    return str(command.__struct_config__.tag)
