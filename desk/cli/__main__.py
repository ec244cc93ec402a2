"""The command line (design §8): `./run COMMAND`."""

from __future__ import annotations

import typer

from desk.cli.commands import Commands
from desk.cli.troubles import guarded
from desk.cli.whose import chosen
from storage.private_folder import keep_private

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Jianding 鉴定：职业资格退出目录，案案有着落。",
)


@app.callback()
def whose(
    as_: str = typer.Option("", "--as", metavar="NAME", help="以本终端保存的哪一位的会话办理；可写在命令的任何位置"),
) -> None:
    """Jianding 鉴定：职业资格退出目录，案案有着落。"""
    chosen.set(as_)


if __name__ == "__main__":
    keep_private()
    guarded(app)
