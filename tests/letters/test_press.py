"""What comes out of the renderer says all that went in, is the same every time, and is refused rather than maimed."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from letters.failures import UnknownKind, WordingBroken
from letters.kinds import KINDS
from letters.renderer import TEMPLATES, Renderer
from letters.seal import Signer
from letters.wording import capitals, chinese_date
from states.refusals import CharacterNotPrintable
from tests.letters.reading import pages, text
from tests.letters.samples import sample

RARE = ["欧阳喆", "张珺", "周昇", "王旻", "徐镕", "陈祎", "李𬱖"]

# What the reader of each kind must find, beside number, date, centre and clause.
SAID = {
    "announcement": ["exam", "occupation", "qualification", "centre_address"],
    "registration_receipt": ["name", "id_number", "exam", "occupation", "qualification", "case"],
    "exit_notice": ["name", "id_number", "exam", "occupation", "case"],
    "choice_reminder": ["name", "exam", "occupation", "case"],
    "choice_confirmation": ["name", "id_number", "exam", "occupation", "evidence", "case"],
    "refund_notice": ["name", "id_number", "exam", "occupation", "case"],
    "exam_result": ["name", "id_number", "exam", "session", "paper", "occupation", "case"],
    "certificate_collection": ["name", "id_number", "occupation", "certificate_no", "case"],
    "certificate": ["name", "id_number", "occupation", "certificate_no"],
    "conversion_notice": ["name", "id_number", "organisation", "skill_level_no", "certificate_no", "case"],
    "reissue_notice": ["name", "id_number", "occupation", "certificate_no", "case"],
    "certificate_information_letter": ["name", "id_number", "occupation", "certificate_no", "case"],
    "closure_notice": ["name", "id_number", "exam", "reason", "case"],
    "data_audit_form": [
        "name", "id_number", "address", "qualification", "occupation", "exam", "session", "paper", "certificate_no",
        "centre_code",
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_says_what_it_is_made_from(renderer: Renderer, kind: str) -> None:
    data = sample(kind)
    said = text(renderer.render(data).pdf)
    for field in (*SAID[kind], "number", "clause", "centre_name"):
        assert getattr(data, field) in said, field
    assert chinese_date(data.certificate_issued_on if kind == "certificate" else data.on) in said


@pytest.mark.parametrize("name", RARE)
def test_rare_names_are_printed_whole(renderer: Renderer, name: str) -> None:
    letter = renderer.render(sample("exit_notice", name=name))
    assert name in text(letter.pdf)
    assert name in "".join(page.extract_text() for page in PdfReader(io.BytesIO(letter.pdf)).pages)


def test_the_exit_notice_carries_its_choice_slip_as_second_page(renderer: Renderer) -> None:
    pdf = renderer.render(sample("exit_notice")).pdf
    assert pages(pdf) == 2
    second = PdfReader(io.BytesIO(pdf)).pages[1].extract_text()
    for words in ("意愿选择书", "继续参加鉴定考试", "退回费用", "转职业技能等级认定", "考生签名", "2020年10月30日前"):
        assert words in second


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "exit_notice"])
def test_other_letters_keep_to_one_page(renderer: Renderer, kind: str) -> None:
    assert pages(renderer.render(sample(kind)).pdf) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "certificate"])
def test_hotlines_are_printed(renderer: Renderer, kind: str) -> None:
    said = text(renderer.render(sample(kind)).pdf)
    assert "0731-84907950" in said
    assert "010—84661234" in said


def test_a_conversion_reads_well_before_and_after_its_number(renderer: Renderer) -> None:
    before = text(renderer.render(sample("conversion_notice", skill_level_no="", certificate_no="")).pdf)
    assert "移交评价机构" in before
    assert "办结" not in before
    assert "办结" in text(renderer.render(sample("conversion_notice")).pdf)


def test_the_information_letter_says_that_the_certificate_stays_valid(renderer: Renderer) -> None:
    said = text(renderer.render(sample("certificate_information_letter")).pdf)
    assert "继续有效" in said
    assert "人社厅发〔2020〕80号第四条" in said


@pytest.mark.parametrize(("result", "word"), [("passed", "合格"), ("failed", "不合格"), ("absent", "缺考")])
def test_results(renderer: Renderer, result: str, word: str) -> None:
    assert f"评定成绩：{word}" in text(renderer.render(sample("exam_result", result=result)).pdf)


def test_refunds_are_said_in_figures_and_capitals(renderer: Renderer) -> None:
    said = text(renderer.render(sample("refund_notice", refund_fen=12345)).pdf)
    assert "人民币123.45元" in said
    assert capitals(12345) in said


@pytest.mark.parametrize("kind", KINDS)
def test_letters_without_optional_data_are_set_too(renderer: Renderer, kind: str) -> None:
    bare = sample(
        kind, address="", session="", paper="", result="passed", fee_fen=0, refund_fen=0, exit_date=None,
        choice_deadline=None, evidence="", reason="", certificate_no="", certificate_issued_on=None, organisation="",
        skill_level_no="", exam="",
    )  # fmt: skip
    said = text(renderer.render(bare).pdf)
    assert "None" not in said


def test_a_rehearsal_shows_on_every_page(renderer: Renderer) -> None:
    reader = PdfReader(io.BytesIO(renderer.render(sample("exit_notice", rehearsal=True)).pdf))
    assert all("演练" in "".join(page.extract_text().split()) for page in reader.pages)
    assert "演练" not in text(renderer.render(sample("exit_notice")).pdf)


def test_the_same_letter_is_the_same_bytes(renderer: Renderer, signer: Signer) -> None:
    another = Renderer(signer, base_url="https://jd.example.cn/V/")
    first = {kind: renderer.render(sample(kind)) for kind in KINDS}
    for index in range(30):  # fills and empties whatever is kept inside
        renderer.render(sample("exit_notice", name=f"王{chr(0x5F20 + index)}"))
    for kind, letter in first.items():
        assert renderer.render(sample(kind)) == letter
        assert another.render(sample(kind)) == letter


def test_threads_do_not_mix_letters(renderer: Renderer) -> None:
    data = [sample("exit_notice", name=f"李{chr(0x4E00 + index)}") for index in range(24)]
    alone = [renderer.render(one).sha256 for one in data]
    with ThreadPoolExecutor(4) as pool:
        assert [letter.sha256 for letter in pool.map(renderer.render, data)] == alone


def test_what_cannot_be_set_whole_is_refused_with_its_characters(renderer: Renderer) -> None:
    with pytest.raises(CharacterNotPrintable) as refused:
        renderer.render(sample("exit_notice", name="王\U0002ffff\U0002fffe\U0002ffff"))
    assert refused.value.data["characters"] == "\U0002ffff\U0002fffe"
    assert renderer.unprintable("张三\n喆𬱖😀张\u202e") == "😀\u202e"


@pytest.mark.parametrize("field", ["name", "number", "case", "centre_name", "centre_address", "occupation", "clause"])
def test_no_field_slips_past_the_check(renderer: Renderer, field: str) -> None:
    with pytest.raises(CharacterNotPrintable):
        renderer.render(sample("registration_receipt", **{field: "甲😀"}))


def test_an_unknown_kind_is_refused(renderer: Renderer) -> None:
    with pytest.raises(UnknownKind):
        renderer.render(msgspec.structs.replace(sample("exit_notice"), kind="leaflet"))


def test_the_version_follows_the_wording(signer: Signer, tmp_path: Path) -> None:
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = Renderer(signer, tmp_path)
    changed = tmp_path / "exit_notice.typ.j2"
    changed.write_text(changed.read_text("utf-8").replace("您报名", "你报名"), "utf-8")
    after = Renderer(signer, tmp_path)
    assert before.template_version("exit_notice") != after.template_version("exit_notice")
    assert before.template_version("refund_notice") == after.template_version("refund_notice")
    assert after.render(sample("exit_notice")).template_version == after.template_version("exit_notice")


def test_a_bracket_forgotten_in_a_wording_is_named(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "exit_notice.typ.j2").write_text("#to[{{ name }}：", "utf-8")
    with pytest.raises(WordingBroken, match="exit_notice"):
        Renderer(signer, tmp_path).render(sample("exit_notice"))


_TYPST = "#*_[]{}()\\$@<>`\"'~/=-+:;.,!?|&%^ \n\t"
_MARKUP = st.text(st.sampled_from(_TYPST + "ab12王" + "—“”：〔〕"), max_size=40)
_ANY = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF), max_size=25)


_ATTACKS = st.sampled_from([
    "#panic(1)", "= 标题", "- 项", "+ 项", "1. 项", "/ 词: 义", "// 注释", "/* 注释 */", "https://a.cn/x", "@ref",
    "<label>",
    "#import \"layout.typ\": *", "]#eval(\"1\")[", "\\u{41}", "a~b", "--", "---", "...", "-?", "$x$", "`a`", "```x```",
    "*粗* _斜_", "{{ name }}", "{% if %}", "\\", "\\\\", '"', "''", "#", "#[", "]]", "[[",
])  # fmt: skip


@given(st.one_of(_MARKUP, _ANY, _ATTACKS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_printed_literally(renderer: Renderer, datum: str) -> None:
    missing = renderer.unprintable(datum)
    data = sample("closure_notice", reason=f"甲{datum}乙", evidence=datum, exit_date=date(2020, 9, 30))
    if missing:
        with pytest.raises(CharacterNotPrintable):
            renderer.render(data)
        return
    said = text(renderer.render(data).pdf)
    assert f"终止原因：甲{_squeezed(datum)}乙" in said


def _squeezed(datum: str) -> str:
    return "".join(sign for sign in datum if not sign.isspace() or sign == "\u3000")
