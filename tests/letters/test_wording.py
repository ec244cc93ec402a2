from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.wording import FILTERS, capitals, chinese_date, law, level_name, yuan


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (28000, "贰佰捌拾元整"),
        (100000, "壹仟元整"),
        (100500, "壹仟零伍元整"),
        (1000010, "壹万元壹角整"),
        (1680_32, "壹仟陆佰捌拾元叁角贰分"),
        (107000_53, "壹拾万零柒仟元伍角叁分"),
        (16409_02, "壹万陆仟肆佰零玖元零贰分"),
        (6007_14, "陆仟零柒元壹角肆分"),
        (1_0000_0000_00, "壹亿元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (10_0000_0001_00, "壹拾亿零壹元整"),
    ],
)
def test_amounts_in_capitals_as_on_vouchers(fen: int, text: str) -> None:
    assert capitals(fen) == text


@given(st.integers(0, 10**12))
def test_capitals_say_the_amount_and_nothing_else(fen: int) -> None:
    text = capitals(fen)
    assert "零零" not in text
    assert "零元" not in text or fen < 100
    digits = [sign for sign in text if sign in "壹贰叁肆伍陆柒捌玖"]
    assert digits == ["零壹贰叁肆伍陆柒捌玖"[int(d)] for d in str(fen) if d != "0"]


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_amounts_out_of_bounds_have_no_capitals(fen: int) -> None:
    with pytest.raises(ValueError, match="no capital numerals"):
        capitals(fen)


def test_small_words() -> None:
    assert chinese_date(date(2020, 9, 1)) == "2020年9月1日"
    assert yuan(28000) == "人民币280.00元"
    assert yuan(123456789) == "人民币1,234,567.89元"
    assert level_name(3) == "三级/高级工"


def test_figures_with_their_unit_and_document_numbers_are_never_divided() -> None:
    assert FILTERS["date"](date(2020, 9, 30)) == "#box[2020年9月30日]"
    assert FILTERS["yuan"](28000) == r"人民币#box[280\.00元]"
    assert law("人社厅发〔2020〕80号第三条和本中心规定") == "#box[人社厅发〔2020〕80号]第三条和本中心规定"
    assert law("您本人的申请") == "您本人的申请"
