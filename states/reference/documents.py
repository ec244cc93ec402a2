"""The documents that a candidate may be known by (鉴定报名登记表·证件类型), each number checked by its own rule.

Only three of them are numbers of eighteen digits with a check character; the others are checked by their shape, which
is all that their issuers have published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from states.reference.identity import LENGTH, BadIdNumber, check_id_number, folded, mask
from states.words import ID_TYPE_NAMES, IdType

_HALF_WIDTH = {0xFF01 + at: 0x21 + at for at in range(94)}
_PERMITS = ("81", "82", "83")  # 港澳台居民居住证: the division says where its holder is from
_FOREIGN = "9"  # 外国人永久居留身份证 since 2023: 9, place of acceptance, country, then as a citizen's number
_OLD_FOREIGN = re.compile(r"[A-Z]{3}\d{12}")  # the card of before 2023: country, place, birth, serial
_PASSPORT = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{5,20}")
_CHINESE_PASSPORT = re.compile(r"[DEGKPS][A-Z0-9]\d{7}")
_HONG_KONG_MACAO = re.compile(r"[HM](\d{8}|\d{10})")
_TAIWAN = re.compile(r"\d{8}(\d{2})?(\([A-Z0-9]\))?")
_OFFICER = re.compile(r"([\u4e00-\u9fff]{1,4}?)字?第?(\d{5,10})号?")


class Document(msgspec.Struct, frozen=True):
    """A number that has been checked: `text` as it is kept and compared; `birth` where the number tells it."""

    type: IdType
    text: str
    birth: date | None = None


def check_document(text: str, id_type: IdType, today: date | None = None) -> Document:
    """The number in `text` as one of `id_type`; blanks dropped, full-width folded, capitals.

    `today`: the business date that a birth may not lie after; None leaves that unasked. Raises BadIdNumber.
    """
    return _CHECKS[id_type](plain(text), today)


def guess_type(text: str) -> IdType | None:
    """The document that a number of this shape must be of; None where several have it, or none."""
    number = plain(text)
    if len(number) == LENGTH and number[:2] in _PERMITS:
        return IdType.RESIDENCE_PERMIT
    if (len(number) == LENGTH and number[0] == _FOREIGN and number.isascii()) or _OLD_FOREIGN.fullmatch(number):
        return IdType.FOREIGN_PERMANENT
    if _HONG_KONG_MACAO.fullmatch(number):
        return IdType.HONG_KONG_MACAO_PERMIT
    if _CHINESE_PASSPORT.fullmatch(number):
        return IdType.PASSPORT
    if "字第" in number and _OFFICER.fullmatch(number):
        return IdType.OFFICER
    return None


def type_of(text: str) -> IdType:
    """The document that a number is taken for where nobody said: what its shape says, else a citizen's."""
    return guess_type(text) or IdType.RESIDENT_ID


def plain(text: str) -> str:
    """A number as it is compared: no blanks, full-width and look-alike characters folded, capitals."""
    number = "".join(text.translate(_HALF_WIDTH).split()).upper()
    return folded(number) if len(number) == LENGTH and number[:-1].isdigit() else number


def birth_of(id_number: str, id_type: IdType, told: date | None = None) -> date | None:
    """The date of birth in a number that has been checked; `told` for the documents whose number says nothing."""
    if id_type in _NUMBERED and len(id_number) == LENGTH:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    return told


_NUMBERED = frozenset({IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT, IdType.FOREIGN_PERMANENT})


def _resident(number: str, today: date | None) -> Document:
    if number[:2] in _PERMITS and len(number) == LENGTH:
        raise BadIdNumber(mask(number), f"这是{ID_TYPE_NAMES[IdType.RESIDENCE_PERMIT]}的号码，证件类型不符")
    checked = check_id_number(number, today)
    return Document(IdType.RESIDENT_ID, checked.text, checked.birth)


def _permit(number: str, today: date | None) -> Document:
    if number[:2] not in _PERMITS:
        raise BadIdNumber(mask(number), "港澳台居民居住证号码为18位，以81、82或83开头")
    checked = check_id_number(number, today)
    return Document(IdType.RESIDENCE_PERMIT, checked.text, checked.birth)


def _foreigner(number: str, today: date | None) -> Document:
    if _OLD_FOREIGN.fullmatch(number):
        return Document(IdType.FOREIGN_PERMANENT, number)
    if number[:1] != _FOREIGN:
        why = "外国人永久居留身份证号码为9开头的18位，或3个字母加12位数字"
        raise BadIdNumber(mask(number), why)
    checked = check_id_number(number, today, foreign=True)
    return Document(IdType.FOREIGN_PERMANENT, checked.text, checked.birth)


def _shaped(id_type: IdType, pattern: re.Pattern[str], why: str) -> Callable[[str, date | None], Document]:
    def check(number: str, _: date | None) -> Document:
        if not pattern.fullmatch(number):
            raise BadIdNumber(mask(number), why)
        return Document(id_type, number)

    return check


def _officer(number: str, _: date | None) -> Document:
    found = _OFFICER.fullmatch(number)
    if not found:
        raise BadIdNumber(mask(number), "军官证号码应写作“军字第1234567号”")
    return Document(IdType.OFFICER, f"{found[1]}字第{found[2]}号")


_CHECKS: Mapping[IdType, Callable[[str, date | None], Document]] = {
    IdType.RESIDENT_ID: _resident,
    IdType.RESIDENCE_PERMIT: _permit,
    IdType.FOREIGN_PERMANENT: _foreigner,
    IdType.PASSPORT: _shaped(IdType.PASSPORT, _PASSPORT, "护照号码应为5至20位字母和数字"),
    IdType.HONG_KONG_MACAO_PERMIT: _shaped(
        IdType.HONG_KONG_MACAO_PERMIT, _HONG_KONG_MACAO, "港澳居民来往内地通行证号码为H或M加8位（或10位）数字"
    ),
    IdType.TAIWAN_PERMIT: _shaped(IdType.TAIWAN_PERMIT, _TAIWAN, "台湾居民来往大陆通行证号码为8位（旧证10位）数字"),
    IdType.OFFICER: _officer,
}
