"""Every document that the registration form knows: its number checked by its own rule, its type guessed where plain."""

from __future__ import annotations

from datetime import date

import pytest

from states.reference.documents import birth_of, check_document, guess_type, plain, type_of
from states.reference.identity import BadIdNumber, check_character, make_id_number
from states.words import ID_TYPE_NAMES, IdType

CITIZEN = make_id_number("430102", date(1990, 1, 1), 1)
HONG_KONG = make_id_number("810000", date(1994, 8, 23), 2)
FOREIGNER = "911101199001010015"
GOOD = {
    IdType.RESIDENT_ID: (CITIZEN, CITIZEN),
    IdType.RESIDENCE_PERMIT: (HONG_KONG, HONG_KONG),
    IdType.FOREIGN_PERMANENT: (f" {FOREIGNER} ", FOREIGNER),
    IdType.PASSPORT: ("ｅ12345678", "E12345678"),
    IdType.HONG_KONG_MACAO_PERMIT: ("h 1234 5678", "H12345678"),
    IdType.TAIWAN_PERMIT: ("12345678", "12345678"),
    IdType.OFFICER: ("军字第 1234567 号", "军字第1234567号"),
}
BAD = {
    IdType.RESIDENT_ID: (HONG_KONG, FOREIGNER, "E12345678", CITIZEN[:-1]),
    IdType.RESIDENCE_PERMIT: (CITIZEN, FOREIGNER, "81000019"),
    IdType.FOREIGN_PERMANENT: (CITIZEN, FOREIGNER[:-1] + "6", "9111011990010100", "CAN1100780414"),
    IdType.PASSPORT: ("E123", "护照E12345678", "ABCDEFGH"),
    IdType.HONG_KONG_MACAO_PERMIT: ("H1234567", "K12345678"),
    IdType.TAIWAN_PERMIT: ("1234567", "T12345678"),
    IdType.OFFICER: ("1234567", "军字第1号"),
}


def test_the_form_of_the_authorities_is_covered() -> None:
    assert set(GOOD) == set(BAD) == set(IdType) == set(ID_TYPE_NAMES)


@pytest.mark.parametrize("id_type", IdType)
def test_each_type_takes_its_own_numbers_and_no_others(id_type: IdType) -> None:
    typed, kept = GOOD[id_type]
    assert check_document(typed, id_type).text == kept
    for wrong in BAD[id_type]:
        with pytest.raises(BadIdNumber):
            check_document(wrong, id_type)


def test_a_foreigners_number_has_the_check_character_of_the_standard() -> None:
    assert check_character(FOREIGNER[:17]) == FOREIGNER[17]
    with pytest.raises(BadIdNumber, match="晚于今天"):
        check_document(FOREIGNER, IdType.FOREIGN_PERMANENT, date(1989, 1, 1))


def test_the_type_is_guessed_only_where_the_number_is_plain() -> None:
    guessed = {kept: guess_type(kept) for _, kept in GOOD.values()}
    plain_enough = set(IdType) - {IdType.RESIDENT_ID, IdType.TAIWAN_PERMIT}
    assert {id_type for id_type in guessed.values() if id_type} == plain_enough
    assert all(guess is None or GOOD[guess][1] == number for number, guess in guessed.items())
    assert guess_type("CAN110078041401") is IdType.FOREIGN_PERMANENT
    assert type_of(CITIZEN[:-1]) is IdType.RESIDENT_ID  # a digit missing: said by the citizen's own rule


def test_a_birth_is_known_where_the_number_tells_it_or_somebody_did() -> None:
    assert birth_of(CITIZEN, IdType.RESIDENT_ID) == date(1990, 1, 1)
    assert birth_of(FOREIGNER, IdType.FOREIGN_PERMANENT) == date(1990, 1, 1)
    assert birth_of("E12345678", IdType.PASSPORT) is None
    assert birth_of("E12345678", IdType.PASSPORT, date(1980, 2, 3)) == date(1980, 2, 3)


@pytest.mark.parametrize("sign", "xｘХхΧχ×╳")
def test_what_looks_like_an_x_is_one(sign: str) -> None:
    number = make_id_number("430102", date(1974, 5, 5), 4)
    assert number[-1] == "X"
    assert plain(number[:-1] + sign) == number
    assert check_document(number[:-1] + sign, IdType.RESIDENT_ID).text == number
