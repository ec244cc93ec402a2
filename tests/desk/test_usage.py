"""A command that was typed wrongly is answered in Chinese, with what was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.cli.commands import COMMANDS, loaded
from desk.cli.usage import in_chinese
from tests.desk.typed import typed

ENGLISH = re.compile(r"\b(?:[A-Za-z]+ ){2,}[A-Za-z]+\b")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("caes",), "是否 case"),
        (("case", "lsit"), "是否 'list'"),
        (("case", "list", "--statte", "x"), "是否 --state"),
        (("case", "list", "--limit", "x"), "应为整数"),
        (("case", "list", "--limit", "0"), "应不小于 1"),
        (("case", "list", "--state"), "后面要写明内容"),
        (("case", "show"), "缺少"),
        (("doctor", "extra"), "多出内容"),
    ],
)
def test_usage_errors_are_chinese_and_end_with_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = typed(tmp_path / "data", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not ENGLISH.search(done.err.replace("./run", ""))
    assert not (tmp_path / "data" / "jianding.db").exists()


def test_a_script_is_told_in_json(tmp_path: Path) -> None:
    done = typed(tmp_path / "data", "case", "list", "--limit", "x", "--json")
    assert (done.code, done.json["error"]) == (2, "Usage")
    assert "应为整数" in done.json["message"]


def test_help_is_chinese_and_lists_every_command(tmp_path: Path) -> None:
    done = typed(tmp_path / "data", "--help")
    assert done.code == 0
    assert all(name in done.out for name in COMMANDS)
    assert "Show this message" not in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_where_it_says(name: str) -> None:
    assert loaded(name, COMMANDS[name]).name == name


def test_what_is_not_known_stays_as_it_is() -> None:
    assert in_chinese("文件不对") == "文件不对"
    assert in_chinese("Something new happened") == "Something new happened"
