"""The command line (design §8): `./run COMMAND`."""

from __future__ import annotations

import typer

from desk.cli import (
    bulk,
    case,
    catalog,
    database,
    delivery,
    engine,
    import_,
    papers,
    policy,
    queue,
    rehearse,
    season,
    up,
    worker,
)
from desk.cli.troubles import guarded

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Jianding 鉴定：职业资格退出目录，案案有着落。",
)
app.command()(season.demo)
app.command()(season.play)
app.command("import")(import_.import_)
app.command()(rehearse.rehearse)
app.command()(up.up)
app.command()(worker.worker)
app.command()(engine.doctor)
app.add_typer(catalog.app, name="catalog")
app.add_typer(case.app, name="case")
app.add_typer(bulk.app, name="bulk")
app.add_typer(database.app, name="database")
app.add_typer(delivery.app, name="delivery")
app.add_typer(queue.queue, name="queue")
app.add_typer(queue.calendar, name="calendar")
app.add_typer(policy.policy, name="policy")
app.add_typer(policy.hold, name="hold")
app.add_typer(papers.letter, name="letter")
app.add_typer(papers.ledger, name="ledger")

if __name__ == "__main__":
    guarded(app)
