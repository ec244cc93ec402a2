import pytest

from letters.failures import UnknownKind
from letters.grounds import GROUNDS, written_out
from letters.kinds import KINDS, document_number
from letters.renderer import TEMPLATES
from letters.specimens import names
from states.audience import Audience
from states.words import DocumentKind


def test_every_kind_of_the_design_has_its_row_and_its_wording() -> None:
    assert set(KINDS) == {kind.value for kind in DocumentKind}
    assert set(KINDS) == {path.name.removesuffix(".typ.j2") for path in TEMPLATES.glob("*")}


def test_numbers_of_different_kinds_never_meet() -> None:
    assert document_number("exit_notice", "长", 2020, 17) == "长鉴退告〔2020〕17号"
    assert len({document_number(kind, "长", 2020, 1) for kind in KINDS}) == len(KINDS)


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnknownKind):
        document_number("leaflet", "长", 2020, 1)


def test_whom_each_kind_is_for() -> None:
    others = {kind.name: kind.audience for kind in KINDS.values() if kind.audience is not Audience.CANDIDATE}
    assert others == {
        "announcement": Audience.PUBLIC, "data_audit_form": Audience.OFFICE, "certificate": Audience.STOCK,
    }  # fmt: skip


def test_every_occasion_of_every_kind_has_its_clause_and_its_specimen() -> None:
    assert set(GROUNDS) == set(KINDS)
    shown = {tuple(name.split("/")[:2]) for name in names()}
    assert shown == {(kind, occasion) for kind, occasions in GROUNDS.items() for occasion in occasions}
    assert all(clause for occasions in GROUNDS.values() for clause in occasions.values())
    assert written_out("25号·一") == "湘人社办发〔2020〕25号第一条"
    assert written_out("本中心规定") == "本中心规定"
