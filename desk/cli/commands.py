"""Which module each command is in: loaded when the command is typed, so that looking up a case loads no engine."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer

from desk.cli.anywhere import AnywhereAs
from desk.cli.usage import no_such_command, speak_chinese


class Entry(NamedTuple):
    """Where a command or a group of commands is, and what `--help` says of it."""

    module: str
    attribute: str
    help: str


COMMANDS: Mapping[str, Entry] = {
    "demo": Entry("season", "demo", "演示：一批示例考生走完整个退出季"),
    "play": Entry("season", "play", "按剧本在演练时钟上走一遍"),
    "login": Entry("session", "login", "登录"),
    "logout": Entry("session", "logout", "退出登录"),
    "whoami": Entry("session", "whoami", "现在以谁的身份办理"),
    "import": Entry("import_", "import_", "导入名册"),
    "rehearse": Entry("rehearse", "rehearse", "预演某一天：退出日会怎样"),
    "up": Entry("up", "up", "启动引擎、工作进程和控制台"),
    "worker": Entry("worker", "worker", "只启动工作进程"),
    "doctor": Entry("doctor", "doctor", "检查安装、连接和数据，并说明怎么办"),
    "backup": Entry("backup", "backup", "备份：运行中也可以，写完即核对"),
    "restore": Entry("backup", "restore", "从备份恢复"),
    "retention": Entry("retention", "retention", "按保存期限清除可重制的文件和旧批次明细"),
    "draws": Entry("exams", "draws", "国家题库试卷的抽取登记"),
    "session": Entry("exams", "session", "考试场次登记"),
    "catalog": Entry("catalog", "app", "目录：职业、批次与退出日期"),
    "case": Entry("case", "app", "案件：立案、办理、查看"),
    "centre": Entry("centre", "app", "鉴定中心"),
    "bulk": Entry("bulk", "app", "批次：名册导入、批量办理、改期、重印"),
    "database": Entry("database", "app", "数据库结构：查看与升级"),
    "delivery": Entry("delivery", "app", "文书寄送"),
    "engine": Entry("engine", "app", "引擎"),
    "queue": Entry("queue", "queue", "待办队列"),
    "calendar": Entry("queue", "calendar", "节假日历"),
    "policy": Entry("policy", "policy", "策略"),
    "hold": Entry("policy", "hold", "督导暂缓"),
    "operator": Entry("operator", "app", "人员"),
    "office": Entry("office", "app", "办公事项：复核与台账"),
    "key": Entry("key", "app", "密钥：查看、轮换、停用"),
    "letter": Entry("papers", "letter", "文书：预览、核验、重印"),
    "ledger": Entry("papers", "ledger", "台账：核对"),
    "sbom": Entry("sbom", "sbom", "软件物料清单（CycloneDX）"),
}


class Commands(AnywhereAs):
    """The command line as a table of commands, each loaded on use."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What is said of the command called `cmd_name`; nothing of it is loaded for that."""
        entry = COMMANDS.get(cmd_name)
        return _single(cmd_name, _nothing, entry.help) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that was typed, loaded, and what follows it."""
        name, *rest = args
        if name not in COMMANDS:
            ctx.fail(no_such_command(name, list(COMMANDS)))
        command = loaded(name, COMMANDS[name])
        _help_in_chinese(command, ctx)
        if "--help" in rest or (not rest and hasattr(command, "commands")):
            speak_chinese()
        return name, command, rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As typer formats it, in Chinese."""
        speak_chinese()
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """--help, in the language of all other help."""
        return _in_chinese(super().get_help_option(ctx))


def loaded(name: str, entry: Entry) -> Any:
    """The command itself."""
    found = getattr(import_module(f"desk.cli.{entry.module}"), entry.attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    return _single(name, found)


def _help_in_chinese(command: Any, ctx: Any) -> None:
    _in_chinese(command.get_help_option(ctx))
    for below in getattr(command, "commands", {}).values():
        _help_in_chinese(below, ctx)


def _in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = "显示用法"
    return option


def _nothing() -> None:
    """Stands for a command of which only the name and the help are asked."""


def _single(name: str, function: Any, help_: str | None = None) -> Any:
    alone = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    alone.command(name, help=help_)(function)
    return typer.main.get_command(alone)
