"""Certificate numbers: what is read is what is printed, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.reference.numbers import BadCertificateNumber, CertificateNumber, SkillLevelNumber

VOCATIONAL = "1918010000400123"
SKILL_LEVEL = "S430100000001203000042"


def test_a_vocational_number_is_taken_apart() -> None:
    number = CertificateNumber.parse(f" {VOCATIONAL}\n")
    assert number == CertificateNumber(
        year=19, area="18", city="01", body_type="0", body_serial="000", level=4, sequence=123
    )
    assert str(number) == VOCATIONAL


def test_a_skill_level_number_is_taken_apart() -> None:
    number = SkillLevelNumber.parse(f"{SKILL_LEVEL} ")
    assert number == SkillLevelNumber(kind="S", body="430100000001", year=20, level=3, sequence=42)
    assert str(number) == SKILL_LEVEL


@given(st.from_regex(r"\A[0-9]{6}[0-4][0-9]{3}[1-5][0-9]{5}\Z"))
def test_every_vocational_number_survives_reading_and_printing(text: str) -> None:
    assert str(CertificateNumber.parse(text)) == text


@given(st.from_regex(r"\A[YS][0-9]{14}[1-5][0-9]{6}\Z"))
def test_every_skill_level_number_survives_reading_and_printing(text: str) -> None:
    assert str(SkillLevelNumber.parse(text)) == text


@pytest.mark.parametrize("digit", "06789")
def test_the_level_digit_is_one_to_five(digit: str) -> None:
    with pytest.raises(BadCertificateNumber, match="等级1至5"):
        CertificateNumber.parse(VOCATIONAL[:10] + digit + VOCATIONAL[11:])
    with pytest.raises(BadCertificateNumber, match="等级1至5"):
        SkillLevelNumber.parse(SKILL_LEVEL[:15] + digit + SKILL_LEVEL[16:])


@pytest.mark.parametrize(
    "text",
    ["", VOCATIONAL[:-1], VOCATIONAL + "0", "19 18010000400123", "１918010000400123", "191801000O400123", SKILL_LEVEL],
)
def test_what_is_no_vocational_number_is_refused(text: str) -> None:
    with pytest.raises(BadCertificateNumber, match="16位数字") as bad:
        CertificateNumber.parse(text)
    assert bad.value.text == text


@pytest.mark.parametrize(
    "text", ["", SKILL_LEVEL[1:], SKILL_LEVEL[:-1], SKILL_LEVEL.lower(), "X" + SKILL_LEVEL[1:], VOCATIONAL]
)
def test_what_is_no_skill_level_number_is_refused(text: str) -> None:
    with pytest.raises(BadCertificateNumber, match="21位数字"):
        SkillLevelNumber.parse(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": 2019},
        {"area": "180"},
        {"area": "1", "city": "801"},
        {"level": 0},
        {"sequence": 100_000},
        {"sequence": -1},
    ],
)
def test_parts_that_would_spill_into_each_other_are_refused(wrong: dict[str, object]) -> None:
    parts = {"year": 19, "area": "18", "city": "01", "body_type": "0", "body_serial": "000", "level": 4, "sequence": 1}
    with pytest.raises(BadCertificateNumber):
        CertificateNumber(**(parts | wrong))


@pytest.mark.parametrize("wrong", [{"kind": "X"}, {"body": "43010000001"}, {"year": 120}, {"sequence": 1_000_000}])
def test_a_skill_level_number_of_wrong_parts_is_refused(wrong: dict[str, object]) -> None:
    parts = {"kind": "Y", "body": "430100000001", "year": 20, "level": 3, "sequence": 1}
    with pytest.raises(BadCertificateNumber):
        SkillLevelNumber(**(parts | wrong))
