"""The command line (design §8): `./run COMMAND`."""

from __future__ import annotations

import typer

from desk.cli import (
    backup,
    bulk,
    case,
    catalog,
    centre,
    database,
    delivery,
    doctor,
    engine,
    exams,
    import_,
    key,
    office,
    operator,
    papers,
    policy,
    queue,
    rehearse,
    season,
    session,
    up,
    worker,
)
from desk.cli.anywhere import AnywhereAs
from desk.cli.signed import chosen
from desk.cli.troubles import guarded

app = typer.Typer(
    cls=AnywhereAs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Jianding 鉴定：职业资格退出目录，案案有着落。",
)


@app.callback()
def whose(
    as_: str = typer.Option("", "--as", metavar="NAME", help="以本终端保存的哪一位的会话办理；可写在命令的任何位置"),
) -> None:
    """Notes who acts, for the command that follows."""
    chosen.set(as_)


app.command()(season.demo)
app.command()(season.play)
app.command()(session.login)
app.command()(session.logout)
app.command()(session.whoami)
app.command("import")(import_.import_)
app.command()(rehearse.rehearse)
app.command()(up.up)
app.command()(worker.worker)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(exams.draws, name="draws")
app.add_typer(exams.session, name="session")
app.add_typer(catalog.app, name="catalog")
app.add_typer(case.app, name="case")
app.add_typer(centre.app, name="centre")
app.add_typer(bulk.app, name="bulk")
app.add_typer(database.app, name="database")
app.add_typer(delivery.app, name="delivery")
app.add_typer(engine.app, name="engine")
app.add_typer(queue.queue, name="queue")
app.add_typer(queue.calendar, name="calendar")
app.add_typer(policy.policy, name="policy")
app.add_typer(policy.hold, name="hold")
app.add_typer(operator.app, name="operator")
app.add_typer(office.app, name="office")
app.add_typer(key.app, name="key")
app.add_typer(papers.letter, name="letter")
app.add_typer(papers.ledger, name="ledger")

if __name__ == "__main__":
    guarded(app)
