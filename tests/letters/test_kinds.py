import pytest

from letters.failures import UnknownKind
from letters.kinds import KINDS, document_number
from letters.renderer import TEMPLATES
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
