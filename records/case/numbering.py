"""Numbers are drawn inside the transaction that uses them: none twice, and no hole where that matters."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from records.case.tables import CASES
from records.store.counters import draw
from records.store.prepared import Prepared
from states.case.facts import CaseFacts
from states.reference.centres import Centre

_BEARER = Prepared(select(CASES.c.number).where(CASES.c.certificate_no == bindparam("certificate")))

_SERIAL_DIGITS = 5


class NumbersExhausted(Exception):
    """A year's certificate numbers of one body and level are used up; another body serial is needed."""


def reserve_case_numbers(connection: Connection, centre: str, year: int, count: int) -> list[str]:
    """Case numbers: centre 6 digits, year 4, serial 6. A case that is refused leaves its number unused."""
    last = draw(connection, f"case:{centre}:{year}", count)
    return [f"{centre}{year}{serial:06d}" for serial in range(last - count + 1, last + 1)]


def certificate_number(connection: Connection, centre: Centre, year: int, level: int) -> str:
    """The next vocational number, of 16 digits, that nobody bears. Raises NumbersExhausted.

    A number of the series that an imported certificate already bears is passed over.
    """
    prefix = _prefix(centre, year, level)
    number = prefix + _serial(connection, prefix)
    while _BEARER.one(connection, certificate=number) is not None:
        number = prefix + _serial(connection, prefix)
    return number


def certificate_scope(centre: Centre, year: int, level: int) -> str:
    """The counter that the next vocational number of a body, year and level is drawn from."""
    return f"certificate:{_prefix(centre, year, level)}"


def _prefix(centre: Centre, year: int, level: int) -> str:
    return f"{year % 100:02d}{centre.area}{centre.city}{centre.body_type}{centre.body_serial}{level}"


def _serial(connection: Connection, prefix: str) -> str:
    serial = draw(connection, f"certificate:{prefix}")
    if serial >= 10**_SERIAL_DIGITS:
        raise NumbersExhausted(f"编号{prefix}…已用完{_SERIAL_DIGITS}位流水，请为鉴定中心启用新的机构序号")
    return f"{serial:0{_SERIAL_DIGITS}d}"


def numbered(facts: CaseFacts, number: str) -> CaseFacts:
    """`facts` with the certificate number that was drawn for them, where they wait for one."""
    if not number or facts.certificate is None or facts.certificate.number:
        return facts
    return replace(facts, certificate=replace(facts.certificate, number=number))
