"""The longest name, centre, occupation, address and reason in every letter: inside the type area, none overlapping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pypdfium2
import pytest

from letters.failures import FieldTooLong
from letters.renderer import Renderer
from letters.specimens import names, specimen
from states.reference.catalog import annex_2020
from states.reference.lengths import LONGEST
from tests.letters.reading import MM, Glyph, glyphs, pages, text

NAME = "阿卜杜热合曼·阿卜杜克热木·买买提依明·图尔荪托合提"
CENTRE = "湘西土家族苗族自治州职业技能鉴定中心"
OCCUPATION = max((row.occupation for row in annex_2020().occupations), key=len)
LONG: dict[str, Any] = {
    "name": NAME,
    "id_name": "港澳居民来往内地通行证",
    "id_number": "H1234567890123",
    "centre_name": CENTRE,
    "centre_address": "湖南省湘西土家族苗族自治州吉首市乾州街道世纪大道与建新路交汇处人力资源市场综合大楼三层东侧",
    "occupation": OCCUPATION,
    "organisation": "湖南省有色金属行业职业技能等级认定与评价服务中心（联合会）有限责任公司",
    "reason": "经核查，考试当日考场监控显示应考人员与报名人员并非同一人，且本人书面承认未到考，成绩系他人代考取得；"
    * 2,
    "site": "湘西土家族苗族自治州吉首市乾州街道世纪大道职业技术学院实训基地二号楼三层第五机房",
    "evidence": "本人2020年10月12日在湘西土家族苗族自治州职业技能鉴定中心窗口签署的意愿选择书原件及委托书",
    "exam": "湘西土家族苗族自治州2020年第四批次职业技能鉴定公告第0815号",
    "case": "4331002020999999",
}
TOP, LEFT, RIGHT, FOOT = 30.0, 25.0, 184.6, 262.4  # mm; a bracket at a line's start keeps its white half outside


def boxes(pdf: bytes, index: int) -> list[tuple[float, float, float, float, str]]:
    """The text boxes of a page: left, top, right, bottom in mm from the upper left corner, and their text."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[index]
    textpage = page.get_textpage()
    height = page.get_height()
    found = []
    for n in range(textpage.count_rects()):
        left, bottom, right, top = textpage.get_rect(n)
        said = textpage.get_text_bounded(left, bottom, right, top).strip()
        if said:
            found.append((left / MM, (height - top) / MM, right / MM, (height - bottom) / MM, said))
    textpage.close()
    page.close()
    document.close()
    return found


def longest(name: str) -> Any:
    fields = specimen(name).__struct_fields__
    return specimen(name, **{field: value for field, value in LONG.items() if field in fields and field != "case"})


def overlapping(page: list[tuple[float, float, float, float, str]]) -> Iterator[tuple[str, str]]:
    for one, other in combinations(page, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        if wide > 0.4 and high > 0.6:
            yield one[4], other[4]


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith("certificate/")])
def test_the_longest_letter_stays_in_the_type_area_and_off_itself(renderer: Renderer, name: str) -> None:
    pdf = renderer.render(longest(name)).pdf
    for index in range(pages(pdf)):
        page = boxes(pdf, index)
        assert not list(overlapping(page)), name
        for left, top, right, bottom, said in page:
            folio = said.strip("— ").isdigit()
            assert left >= LEFT, said
            assert right <= RIGHT, said
            assert top >= TOP, said
            assert bottom <= FOOT or folio, said
    assert NAME in text(pdf) or "name" not in specimen(name).__struct_fields__


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("certificate/")])
def test_the_longest_certificate_keeps_to_its_lines(renderer: Renderer, name: str) -> None:
    pdf = renderer.render(longest(name)).pdf
    assert pages(pdf) == 1
    page = boxes(pdf, 0)
    assert not list(overlapping(page))
    assert all(right <= 200 for _, _, right, _, _ in page)
    assert NAME in text(pdf)
    assert CENTRE in text(pdf)


@pytest.mark.parametrize("name", names())
def test_no_page_holds_a_qr_apart_from_its_text(renderer: Renderer, name: str) -> None:
    pdf = renderer.render(longest(name)).pdf
    for index in range(pages(pdf)):
        said = "".join(box[4] for box in boxes(pdf, index))
        if "扫码核验" in said:
            before = said.split("地址：")[0]
            assert len(before) > 60, name


@pytest.mark.parametrize("kind", ["exam_result", "registration_receipt", "certificate_collection", "refund_notice"])
def test_no_occupation_of_the_annex_needs_a_second_page(renderer: Renderer, kind: str) -> None:
    for name in (name for name in names() if name.split("/")[0] == kind):
        for occupation in sorted({row.occupation for row in annex_2020().occupations}, key=len)[-12:]:
            assert pages(renderer.render(specimen(name, occupation=occupation)).pdf) == 1, (name, occupation)


@pytest.mark.parametrize("field", ["name", "centre_name", "occupation", "centre_address", "exam"])
def test_what_no_line_can_hold_is_refused_by_name(renderer: Renderer, field: str) -> None:
    shown, limit = LONGEST[field]
    with pytest.raises(FieldTooLong, match=shown):
        renderer.render(specimen("exit_notice/registered", **{field: "国" * (limit + 1)}))


@pytest.mark.parametrize("name", names())
def test_no_date_amount_or_number_is_broken_over_lines(renderer: Renderer, name: str) -> None:
    whole = re.compile(r"\d+年\d+月\d+日|[\d,]+\.\d\d元|〔\d+〕\d+号")
    pdf = renderer.render(specimen(name)).pdf
    for index in range(pages(pdf)):
        rows: dict[int, str] = {}
        for glyph in glyphs(pdf, index):
            rows[round(glyph.y)] = rows.get(round(glyph.y), "") + glyph.sign
        for found in whole.findall("".join(rows.values())):
            assert any(found in row for row in rows.values()), found


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith(("certificate/", "data_audit"))])
def test_no_paragraph_ends_in_a_line_of_one_or_two_characters(renderer: Renderer, name: str) -> None:
    pdf = renderer.render(specimen(name)).pdf
    for index in range(pages(pdf)):
        for glyph_line in lines(pdf, index):
            said = "".join(glyph.sign for glyph in glyph_line)
            assert len(said) > 2, said


def lines(pdf: bytes, index: int) -> list[list[Glyph]]:
    """The text of a page by lines: glyphs with one base line that stand in the text column, not in a table."""
    rows: dict[float, list[Glyph]] = {}
    for glyph in glyphs(pdf, index):
        if glyph.size > 15.5 and glyph.y > 80:
            rows.setdefault(round(glyph.y), []).append(glyph)
    return list(rows.values())
