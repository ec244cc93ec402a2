"""Identity numbers: what GB 11643-1999 allows, and nothing else."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.reference.identity import PROVINCES, BadIdNumber, check_id_number, make_id_number, mask

GOOD = "11010519491231002X"  # the example of GB 11643-1999 itself
DIVISIONS = st.builds(
    lambda province, rest: f"{province}{rest:04d}", st.sampled_from(sorted(PROVINCES)), st.integers(0, 9999)
)
NUMBERS = st.builds(make_id_number, DIVISIONS, st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 999))


def why(text: str, today: date | None = None) -> str:
    with pytest.raises(BadIdNumber) as bad:
        check_id_number(text, today)
    return bad.value.why


def test_the_standards_own_examples_are_read() -> None:
    woman = check_id_number(GOOD)
    assert (woman.text, woman.birth, woman.sex, woman.division) == (GOOD, date(1949, 12, 31), "female", "110105")
    man = check_id_number("440524188001010014")
    assert (man.birth, man.sex, man.division) == (date(1880, 1, 1), "male", "440524")


@given(NUMBERS)
def test_what_is_made_is_good_and_read_back_whole(number: str) -> None:
    checked = check_id_number(number, date(2020, 12, 31))
    assert make_id_number(checked.division, checked.birth, int(number[14:17])) == checked.text == number
    assert (checked.sex == "male") == (int(number[16]) % 2 == 1)


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_caught(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    if wrong != number:
        assert why(wrong)


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert why(swapped)


@pytest.mark.parametrize(
    "typed",
    [f" {GOOD}\t", GOOD.lower(), f"\u3000{GOOD}", "１１０１０５１９４９１２３１００２Ｘ", "1101051949123100２ｘ"],
)
def test_outer_spaces_small_x_and_full_width_digits_are_mended(typed: str) -> None:
    assert check_id_number(typed).text == GOOD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "实为0位"),
        ("110105 194912310 02X", "实为20位"),
        ("110105491231002", "15位旧号码"),
        ("1101051949123100２²", "第18位不是数字也不是X"),
        ("11010519491231X02X", "第15位不是数字"),
        ("١10105194912310029", "第1位不是数字"),
        ("990105194912310020", "不是省级行政区划代码"),
        ("110105194902300027", "出生日期不存在"),
        ("110105194902290021", "出生日期不存在"),
        ("110105000001010021", "出生日期不存在"),
        ("110105194912310020", "校验码不符"),
    ],
)
def test_each_fault_is_named(text: str, reason: str) -> None:
    assert reason in why(text)


def test_nobody_is_born_after_today() -> None:
    number = make_id_number("430102", date(2020, 9, 30), 1)
    assert check_id_number(number, date(2020, 9, 30)).birth == date(2020, 9, 30)
    assert why(number, date(2020, 9, 29)) == "出生日期晚于今天"


@given(NUMBERS, st.integers(0, 17), st.sampled_from("?一O "))
def test_a_refusal_never_repeats_the_number(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    with pytest.raises(BadIdNumber) as bad:
        check_id_number(wrong)
    assert wrong.strip() not in str(bad.value)
    assert number[6:14] not in str(bad.value)


@given(st.text(max_size=30))
def test_no_text_fails_in_any_other_way(text: str) -> None:
    with suppress(BadIdNumber):
        check_id_number(text)


@given(NUMBERS)
def test_a_mask_hides_the_birth_and_the_division(number: str) -> None:
    masked = mask(number)
    assert len(masked) == 18
    assert masked[3:14] == "*" * 11
    assert (masked[:3], masked[14:]) == (number[:3], number[14:])
    assert mask(number[:10]) == number[:3] + "*" * 7


@pytest.mark.parametrize(
    ("division", "seq"), [("4301", 1), ("990102", 1), ("43010a", 1), ("430102", 1000), ("430102", -1)]
)
def test_parts_that_make_no_number_are_refused(division: str, seq: int) -> None:
    with pytest.raises(BadIdNumber):
        make_id_number(division, date(1990, 1, 1), seq)
