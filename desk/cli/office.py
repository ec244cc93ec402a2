"""`office`: acts that wait for their second person, and the office's ledger."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from desk.cli.acting import told
from desk.cli.output import AS_JSON, confirm, people, say_json, table
from desk.cli.signed import Signed, signed, signed_to_read
from records.ledger.office import RecordedAct
from services.acts import Waiting, approve, decline, pending
from settings import Settings
from states.office.acts import ACTS
from states.office.refusals import UnknownProposal

_PROPOSAL = typer.Argument(..., metavar="ID", help="编号，见 office pending")
app = typer.Typer(no_args_is_help=True, help="机构事项：待复核的、批准、退回")


@app.command("pending")
def pending_(as_json: bool = AS_JSON) -> None:
    """待复核的机构事项：本人提出的，和本人可以复核的。"""
    now = signed_to_read(Settings())
    found = pending(now.register, now.actor)
    if as_json:
        say_json([one._asdict() for one in found])
        return
    rows = [(one.proposal, one.title, one.subject, _text(one.old), _text(one.new), one.by, one.at) for one in found]
    table("待复核的机构事项", ("编号", "事项", "对象", "原来", "改为", "提出人", "时间"), rows)


@app.command("approve")
def approve_(
    proposal: str = _PROPOSAL,
    seal: str = typer.Option("", "--seal", help="先前看到的封签；缺省为此刻所示"),
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """批准：批准的正是所示内容，其间有任何变化即作废。"""
    from desk.cli.bulk import answer, follow

    now = signed(Settings())
    shown = _shown(now, proposal)
    if not as_json:
        _print(shown)
    confirm(f"批准“{shown.title}”", yes=yes or bool(seal), as_json=as_json)
    done = approve(now.register, now.actor, proposal, seal or shown.seal, now.now)
    if shown.act == "redate":  # every affected case is told, as when one person moves a date alone
        answer(follow(done.result, "改期", as_json), as_json)
    else:
        told(done, as_json, f"“{shown.title}”已批准并生效")


@app.command("decline")
def decline_(
    proposal: str = _PROPOSAL, reason: str = typer.Option(..., "--reason", help="为什么"), as_json: bool = AS_JSON
) -> None:
    """退回；提出人本人则为撤回。"""
    now = signed(Settings())
    decline(now.register, now.actor, proposal, reason, now.now)
    if as_json:
        say_json({"status": "declined", "proposal": proposal})
    else:
        people.print(f"{proposal} 已退回", markup=False)


@app.command()
def ledger(
    act: str = typer.Option("", "--act", help="只看一种事项，例如 give_roles、set_policies、sign_in"),
    by: str = typer.Option("", "--name", help="只看一名人员办理的"),
    before: int = typer.Option(0, "--before", help="从该编号往前看"),
    limit: int = typer.Option(50, "--limit", min=1, help="最多列多少条"),
    as_json: bool = AS_JSON,
) -> None:
    """机构台账：谁、何时、为何办了何事，原来和改为；新的在前。"""
    from services.office_ledger import recorded
    from services.people import account_id

    now = signed_to_read(Settings())
    account = account_id(now.register, by) if by else ""
    found = recorded(now.database, now.actor, account=account, act=act, before=before or None, limit=limit)
    if as_json:
        say_json([one._asdict() for one in found])
        return
    columns = ("编号", "时间", "办理人", "事项", "对象", "原来", "改为", "原因")
    table("机构台账", columns, [_entry(one) for one in found])


def _entry(one: RecordedAct) -> tuple[Any, ...]:
    title = ACTS[one.act].title if one.act in ACTS else one.act
    return one.number, one.at[:16], one.by, title, one.subject, _text(one.old), _text(one.new), one.reason


def _shown(now: Signed, proposal: str) -> Waiting:
    for one in pending(now.register, now.actor):
        if one.proposal == proposal:
            return one
    raise UnknownProposal(proposal=proposal)


def _print(found: Waiting) -> None:
    people.print(f"{found.title}：{found.subject}（{found.by} 于 {found.at} 提出）{found.reason}", markup=False)
    people.print(f"  原来：{_text(found.old)}", markup=False, soft_wrap=True)
    people.print(f"  改为：{_text(found.new)}", markup=False, soft_wrap=True)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode() if value is not None else ""
