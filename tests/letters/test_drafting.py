"""What a wording may not do, and what happens when it tries."""

from pathlib import Path

import pytest

from letters.drafting import Drafter
from letters.failures import WordingBroken, WordingNotAllowed, WordingTooLong
from tests.letters.samples import sample


def write(folder: Path, wording: str) -> Drafter:
    (folder / "exit_notice.typ.j2").write_text(wording, "utf-8")
    return Drafter(folder)


@pytest.mark.parametrize(
    "wording",
    [
        "{{ 'a' * 100000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%0999999999d' % 1 }}",
        "{% for i in range(100000000) %}x{% endfor %}",
        "{% for i in [1,2] %}{% for j in [1,2] %}x{% endfor %}{% endfor %}",
        "{% for sign in name recursive %}{{ loop(sign) }}{% endfor %}",
        "{% set x = name ~ name %}{{ x }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ name.center(1000000000) }}",
        "{{ ''.__class__ }}",
        "{{ name.__class__.__mro__ }}",
        "{{ name[0] }}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "#while true {}",
        '#read("/etc/passwd")',
        "#let x = 1",
        "#{1}",
        '#import "@preview/x:1.0.0": *',
        "#to(range(999999999))",
        "$ sum $",
        "`raw`",
        "// gone",
        "/* gone */",
        r'\\#read("/etc/passwd")',
        r'\\\\#read("/etc/passwd")',
        "#strong[x].func()",
        "#strong[x].fields()",
        "#to[a](b)",
        "#entry[a][b].x",
        "#strong[#read(1)]",
        "#box[x]",
        r"\u{23}#eval[1]",
    ],
)
def test_wordings_cannot_hold_programs(tmp_path: Path, wording: str) -> None:
    with pytest.raises(WordingNotAllowed):
        write(tmp_path, wording)


@pytest.mark.parametrize(
    "wording",
    [
        "#strong[x]{# nothing #}.func()",
        "#strong[x]{% if true %}.func(){% endif %}",
        "#strong[x]{{ '' }}(1)",
        "#{{ '' }}{% if true %}read{% endif %}(1)",
        "{% if true %}\\{% endif %}\\#read(1)",
    ],
)
def test_a_program_in_pieces_is_found_when_it_is_put_together(tmp_path: Path, wording: str) -> None:
    with pytest.raises(WordingNotAllowed):
        write(tmp_path, wording).draft(sample("exit_notice"))


@pytest.mark.parametrize(
    "wording", [r"\#1 是文字", r"a\\b", "#strong[重要]。", "#entry[甲][乙]", "（见#strong[附件]）"]
)
def test_what_only_looks_like_a_program_is_text(tmp_path: Path, wording: str) -> None:
    assert write(tmp_path, wording).draft(sample("exit_notice")) == wording


def test_filters_not_on_the_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises((WordingBroken, WordingNotAllowed)):
        write(tmp_path, "{{ name | center(1000000000) }}")


def test_a_field_that_does_not_exist_is_never_printed_empty(tmp_path: Path) -> None:
    drafter = write(tmp_path, "{{ nmae }}")
    with pytest.raises(WordingBroken, match="nmae"):
        drafter.draft(sample("exit_notice"))


def test_a_missing_date_is_an_error_not_the_word_none(tmp_path: Path) -> None:
    drafter = write(tmp_path, "{{ choice_deadline | date }}")
    with pytest.raises(WordingBroken):
        drafter.draft(sample("exit_notice", choice_deadline=None))


def test_broken_syntax_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(WordingBroken, match="第 2 行"):
        write(tmp_path, "a\n{% if name %}b")


def test_lengths_are_capped(tmp_path: Path) -> None:
    with pytest.raises(WordingTooLong):
        write(tmp_path, "长" * 30_000)
    drafter = write(tmp_path, "{{ name }}" * 1500)
    with pytest.raises(WordingTooLong):
        drafter.draft(sample("exit_notice", name="王" * 601))
    with pytest.raises(WordingTooLong):
        drafter.draft(sample("exit_notice", name="王" * 600))


def test_written_out_lists_may_be_looped_over(tmp_path: Path) -> None:
    drafter = write(tmp_path, "{% for word in ['一', '二'] %}{{ word }}{{ name }}{% endfor %}")
    assert drafter.draft(sample("exit_notice", name="王*")) == "一王\\*二王\\*"
