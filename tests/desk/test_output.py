"""What a terminal is given: text that cannot act, tables that fit, refusals by their names."""

from __future__ import annotations

import io
import json

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from desk.cli import output
from desk.cli.output import Terminal, fail, say_json, table, visible

EVIL = ("王[/x]明", "[red]王[/red]", "王\x1b[31m明", "王\u202e明", "王\u2066明", "a\x07b", ":smile:")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What 80 columns of a terminal show."""
    out = io.StringIO()
    monkeypatch.setattr(output, "people", Terminal(file=out, width=80, force_terminal=False))
    monkeypatch.setattr(output, "aside", Terminal(file=out, width=80, force_terminal=False))
    return out


@pytest.mark.parametrize("name", EVIL)
def test_a_name_is_text_wherever_it_is_printed(written: io.StringIO, name: str) -> None:
    table(f"案件 {name}", ("案件", "姓名"), [("4301002026000001", name)])
    output.people.print(name)
    output.aside.print(name, style="red")
    shown = written.getvalue()
    assert shown.count(visible(name)) >= 3
    assert "\x1b" not in shown
    assert not {"\u202e", "\u2066", "\x07"} & set(shown)


@given(st.text(max_size=30))
def test_nothing_that_is_shown_acts(text: str) -> None:
    assert all(sign.isprintable() or sign == "\n" or sign.isspace() for sign in visible(text)) or not text.isprintable()
    assert not {"\x1b", "\u202e", "\r", "\x9b"} & set(visible(text))


def test_json_escapes_what_is_not_seen_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "王\u202e\x9b明", "plain": "长沙"}
    say_json(value)
    out = capsys.readouterr().out
    assert "\u202e" not in out
    assert "\x9b" not in out
    assert json.loads(out) == value


def test_eighty_columns_break_no_number_date_or_state(written: io.StringIO) -> None:
    columns = ("案件", "状态", "修订", "姓名", "职业", "等级", "退出日期", "待复核", "逾期")
    rows = [
        ("4301002026000001", "已报名", 2, "王喆", "保安员", 5, "2026-12-31", "", ""),
        ("4301002026000002", "转认定中", 12, "阿卜杜热合曼·买买提", "有害生物防制员", 4, "2026-12-31", "受理退费", ""),
    ]
    table("案件", columns, rows)
    lines = written.getvalue().splitlines()
    assert max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines) <= 80
    for whole in ("4301002026000001", "4301002026000002", "2026-12-31", "已报名"):
        assert any(whole in line for line in lines)
    assert "逾期" not in written.getvalue()  # a column that says nothing takes no room


def test_a_refusal_is_told_by_its_name(written: io.StringIO) -> None:
    with pytest.raises(typer.Exit) as ended:
        fail("“电工”已退出", error="RegistrationClosed")
    assert ended.value.exit_code == 1
    assert "不予受理 RegistrationClosed：“电工”已退出" in written.getvalue()
