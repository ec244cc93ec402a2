"""The command line (design §8): `./run COMMAND`."""

from __future__ import annotations

import typer

from desk import (
    cli_bench,
    cli_bulk,
    cli_case,
    cli_catalog,
    cli_delivery,
    cli_engine,
    cli_import,
    cli_papers,
    cli_policy,
    cli_queue,
    cli_rehearse,
    cli_season,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Jianding 鉴定：职业资格退出目录，案案有着落。",
)
app.command()(cli_season.demo)
app.command()(cli_season.play)
app.command("import")(cli_import.import_)
app.command()(cli_rehearse.rehearse)
app.command()(cli_engine.up)
app.command()(cli_engine.doctor)
app.command()(cli_bench.bench)
app.add_typer(cli_catalog.app, name="catalog")
app.add_typer(cli_case.app, name="case")
app.add_typer(cli_bulk.app, name="bulk")
app.add_typer(cli_delivery.app, name="delivery")
app.add_typer(cli_queue.queue, name="queue")
app.add_typer(cli_queue.calendar, name="calendar")
app.add_typer(cli_policy.policy, name="policy")
app.add_typer(cli_policy.hold, name="hold")
app.add_typer(cli_papers.letter, name="letter")
app.add_typer(cli_papers.ledger, name="ledger")

if __name__ == "__main__":
    app()
