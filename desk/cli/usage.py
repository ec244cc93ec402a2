"""What is said of a command that was typed wrongly, and the words around help: Chinese, in this one place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PARTS: Mapping[str, str] = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "用法有误",
    "ABORTED_TEXT": "已取消，没有办理。",
    "DEFAULT_STRING": "[默认：{}]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
_SAID: Sequence[tuple[str, str]] = (
    (r"No such option: (?P<a>\S+)( \(Possible options: (?P<b>.*)\))?", "没有选项 {a}{b}"),
    (r"No such command '(?P<a>.*?)'\.?( Did you mean (?P<b>.*)\?)?", "没有命令“{a}”{b}"),
    (r"Missing command\.?", "没有写明命令"),
    (r"Missing (argument|option|parameter)( (?P<a>.*?))?\.?( Choose from:?(?P<b>.*))?", "缺少 {a}{b}"),
    (r"Option (?P<a>'?\S+?'?) requires an argument\.?", "选项 {a} 后面要写明内容"),
    (r"Option (?P<a>'?\S+?'?) requires (?P<b>\d+) arguments\.?", "选项 {a} 后面要写 {b} 项内容"),
    (r"Option (?P<a>'?\S+?'?) does not take a value\.?", "选项 {a} 后面不写内容"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r"Input should be a valid boolean.*", "应为 true 或 false"),
    (r"Input should be greater than or equal to (?P<a>.*)", "应不小于 {a}"),
    (r"Input should be greater than (?P<a>.*)", "应大于 {a}"),
    (r"Input should be less than or equal to (?P<a>.*)", "应不大于 {a}"),
    (r"Input should be less than (?P<a>.*)", "应小于 {a}"),
    (r"Input should be a valid (date|datetime|time).*", "应写作 2020-12-31"),
    (r"Input should be (?P<a>'.*)", "应为其中之一：{a}"),
    (r"Value (?P<a>'.*') is not a valid .*", "{a} 不合要求"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<a>.*)\)", "多出内容：{a}"),
    (r"Invalid value for (?P<a>.*?): (?P<rest>.*)", "{a} 不对：{rest}"),
    (r"Invalid value: (?P<rest>.*)", "内容不对：{rest}"),
    (r"(?P<a>'.*') is not a valid integer( range)?\.?", "{a} 应为整数"),
    (r"(?P<a>'.*') is not a valid (float|number)\.?", "{a} 应为数字"),
    (r"(?P<a>'.*') is not a valid boolean\.?", "{a} 应为 true 或 false"),
    (r"(?P<a>.*) is not in the range (?P<b>.*?)\.?", "{a} 不在范围 {b} 内"),
    (r"(?P<a>'.*') is not one of (?P<b>.*?)\.?", "{a} 应为其中之一：{b}"),
    (r"(?P<a>'.*') does not match the formats? (?P<b>.*?)\.?", "{a} 应写作 {b}"),
    (r"(File|Path|Directory) (?P<a>'.*') does not exist\.?", "没有文件 {a}"),
    (r"(File|Path|Directory) (?P<a>'.*') is not readable\.?", "不能读取 {a}"),
    (r"(File|Path) (?P<a>'.*') is a directory\.?", "{a} 是文件夹"),
    (r"Could not open file (?P<a>.*?): (?P<rest>.*)", "不能打开文件 {a}：{rest}"),
)
_SUGGESTING = {"No such option": "；是否 {}？", "No such command": "；是否 {}？", "Missing": "；可选 {}"}


def speak_chinese() -> None:
    """Sets the words that stand around help, which is loaded only by whoever asks for it."""
    from typer import rich_utils

    for name, words in _PARTS.items():
        setattr(rich_utils, name, words)


def no_such_command(name: str, known: Sequence[str]) -> str:
    """That there is no command called `name`, with those that are most like it."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"没有命令“{name}”" + (f"；是否 {'、'.join(near)}？" if near else "；用 --help 查看全部命令")


def in_chinese(message: str) -> str:
    """Click's sentence in the operator's language; one that is not known, or is Chinese already, as it is."""
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            parts = {key: value or "" for key, value in found.groupdict().items()}
            if "rest" in parts:
                parts["rest"] = in_chinese(parts["rest"])
            if parts.get("b"):
                start = next((one for one in _SUGGESTING if message.startswith(one)), "")
                parts["b"] = _SUGGESTING.get(start, "{}").format(parts["b"].strip())
            return words.format_map(parts).strip()
    return message


def wrongly_typed(error: Any) -> list[str]:
    """The lines for a command that was typed wrongly: how it is typed, what is wrong, where to read on."""
    context = getattr(error, "ctx", None)
    said = in_chinese(error.format_message())
    if context is None:
        return [said]
    usage = (
        context.get_usage().replace("Usage:", "用法：", 1).replace("[OPTIONS]", "[选项]").replace("[ARGS]", "[参数]")
    )
    path = context.command_path
    return [" ".join(usage.split()).replace("COMMAND 参数…", "命令 …"), said, f"查看用法：{path} --help"]
