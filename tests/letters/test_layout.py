"""GB/T 9704-2012, measured on the page."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from pypdf import PdfReader

from letters.kinds import KINDS
from letters.model import AuditRecord
from letters.renderer import Renderer
from tests.letters.reading import Glyph, glyphs, pages
from tests.letters.samples import sample

LONG = "经核查，" + "考试当日本人未到考，" * 12


@pytest.fixture(scope="module")
def page(renderer: Renderer) -> list[Glyph]:
    return list(glyphs(renderer.render(sample("revocation_notice", reason=LONG)).pdf))


@pytest.fixture(scope="module")
def body(page: list[Glyph]) -> list[Glyph]:
    return [glyph for glyph in page if glyph.size == pytest.approx(16, abs=0.05) and glyph.y > 85]


def lines(body: list[Glyph]) -> list[list[Glyph]]:
    rows: dict[float, list[Glyph]] = {}
    for glyph in body:
        rows.setdefault(round(glyph.y, 1), []).append(glyph)
    return [rows[y] for y in sorted(rows)]


def test_paper_is_a4(renderer: Renderer) -> None:
    for kind in KINDS:
        box = PdfReader(io.BytesIO(renderer.render(sample(kind)).pdf)).pages[0].mediabox
        assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx((210, 297), abs=0.1)


def test_text_keeps_to_28_mm_on_the_left_and_156_mm_of_width(body: list[Glyph]) -> None:
    solid = [glyph for glyph in body if glyph.sign.isalpha() and not glyph.sign.isascii()]
    assert min(glyph.x for glyph in solid) == pytest.approx(28, abs=0.05)
    assert max(glyph.x for glyph in solid) + 16 / 72 * 25.4 <= 28 + 156 + 0.2


def test_lines_are_a_twenty_second_of_225_mm_apart(body: list[Glyph]) -> None:
    tops = [row[0].y for row in lines(body)]
    steps = Counter(round(below - above, 1) for above, below in pairwise(tops))
    assert steps.most_common(1)[0][0] == pytest.approx(225 / 22, abs=0.06)


def test_a_full_line_holds_28_characters(renderer: Renderer) -> None:
    plain = list(glyphs(renderer.render(sample("exam_arrangement", organisation="国" * 50, plan="国" * 60)).pdf))
    rows = lines([glyph for glyph in plain if glyph.sign == "国" and glyph.size == pytest.approx(16, abs=0.05)])
    full = max(rows, key=len)
    assert len(full) == 28
    assert full[1].x - full[0].x == pytest.approx(156 / 28, abs=0.02)


def test_the_title_is_22_point_and_the_first_line_starts_within_the_text_area(page: list[Glyph]) -> None:
    title = [glyph for glyph in page if glyph.size == pytest.approx(22, abs=0.05)]
    assert "".join(glyph.sign for glyph in title) == KINDS["revocation_notice"].title


def test_the_issuers_mark_stands_30_mm_below_the_edge(page: list[Glyph]) -> None:
    mark = [glyph for glyph in page if glyph.size == pytest.approx(26, abs=0.05)]
    assert "".join(glyph.sign for glyph in mark) == "长沙市职业技能鉴定中心"
    assert mark[0].y - 0.88 * 26 / 72 * 25.4 == pytest.approx(30, abs=0.3)


def test_the_second_page_is_numbered_on_the_left_in_14_point_and_the_first_is_not(renderer: Renderer) -> None:
    pdf = renderer.render(sample("exit_notice")).pdf
    first, second = ([glyph for glyph in glyphs(pdf, index) if glyph.y > 265] for index in range(2))
    assert first == []
    assert "".join(glyph.sign for glyph in second) == "—2—"
    assert all(glyph.size == pytest.approx(14, abs=0.05) for glyph in second)
    assert second[0].x < 105


def test_pages_of_a_letter_that_runs_over_are_counted(renderer: Renderer) -> None:
    records = (AuditRecord("张珺", "430102199003071234", "中式烹调师", 3, "2018000000300017", date(2020, 10, 9)),) * 90
    pdf = renderer.render(sample("data_audit_form", records=records, count=90)).pdf
    numbers = ["".join(g.sign for g in glyphs(pdf, index) if g.y > 265) for index in range(pages(pdf))]
    assert len(numbers) > 2
    assert numbers == ["", *(f"—{index + 1}—" for index in range(1, len(numbers)))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_font_is_embedded(renderer: Renderer, kind: str) -> None:
    reader = PdfReader(io.BytesIO(renderer.render(sample(kind, rehearsal=True)).pdf))
    for sheet in reader.pages:
        for font in sheet["/Resources"]["/Font"].values():  # type: ignore[index]
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
