"""What comes out of the renderer says all that went in, is the same every time, and is refused rather than maimed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from letters.failures import FieldMissing, UnknownKind, WordingBroken
from letters.kinds import KINDS
from letters.model import DataAuditForm, LetterData, RejectionNotice
from letters.renderer import TEMPLATES, Renderer
from letters.seal import Signer
from letters.specimens import names, specimen
from letters.wording import capitals, chinese_date
from states.refusals import CharacterNotPrintable
from tests.letters.reading import pages, text
from tests.letters.samples import sample

RARE = ["欧阳喆", "张珺", "周昇", "王旻", "徐镕", "陈祎", "李𬱖"]

# What is in the data to decide the wording, or printed in other words.
UNSAID = {
    "case", "centre_code", "occasion", "clause", "rehearsal", "number", "on", "check", "fee", "was",
    "level", "was_registered", "protected", "continued", "instrument", "choice", "result", "default", "days",
}  # fmt: skip


def strings(data: LetterData) -> Iterator[tuple[str, str]]:
    """The texts of a letter, which its reader must find."""
    for field in data.__struct_fields__:
        value = getattr(data, field)
        if isinstance(value, str) and value and field not in UNSAID:
            yield field, value


# What a letter knows and, on this occasion, rightly does not say.
NOT_HERE = {
    ("choice_reminder", "id_name"), ("choice_reminder", "id_number"),
    ("exam_result", "session"), ("exam_result", "paper"), ("announcement", "site"), ("conversion_notice", "exam"),
    ("refund_notice", "account"),
    ("certificate_information_letter", "exam"), ("certificate_collection", "exam"), ("reissue_notice", "exam"),
    ("exchange_notice", "exam"), ("revocation_notice", "exam"), ("exchange_notice", "organisation"),
    ("exam_arrangement", "exam"), ("exam_arrangement", "session"), ("exam_arrangement", "parts"),
    ("postponement_notice", "session"), ("postponement_notice", "parts"), ("registration_receipt", "checked"),
    ("certificate", "centre_address"), ("certificate", "centre_phone"), ("certificate", "centre_hotline"),
}  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_every_letter_says_what_it_is_made_from(renderer: Renderer, name: str) -> None:
    data = specimen(name)
    said = text(renderer.render(data).pdf)
    for field, value in strings(data):
        if (data.kind, field) not in NOT_HERE:
            assert value.replace(" ", "") in said, field
    if data.kind != "certificate":
        assert data.clause in said
        assert data.number in said
        assert chinese_date(data.on) in said
    assert "None" not in said


def test_nothing_of_ours_is_printed_on_the_ministrys_stock(renderer: Renderer) -> None:
    data = specimen("certificate/issued")
    letter = renderer.render(data)
    said = text(letter.pdf)
    for ours in (data.number, "校验码", "〔2020〕", "人社", data.centre_phone, data.case):
        assert ours not in said
    assert all("/XObject" not in page["/Resources"] for page in PdfReader(io.BytesIO(letter.pdf)).pages)


@pytest.mark.parametrize("name", RARE)
def test_rare_names_are_printed_whole(renderer: Renderer, name: str) -> None:
    letter = renderer.render(sample("exit_notice", name=name))
    assert name in text(letter.pdf)
    assert name in "".join(page.extract_text() for page in PdfReader(io.BytesIO(letter.pdf)).pages)


def test_the_exit_notice_carries_its_choice_slip_as_second_page(renderer: Renderer) -> None:
    pdf = renderer.render(sample("exit_notice")).pdf
    assert pages(pdf) == 2
    second = PdfReader(io.BytesIO(pdf)).pages[1].extract_text()
    for words in (
        "附件",
        "意愿选择书",
        "继续参加鉴定考试",
        "退回费用",
        "转职业技能等级认定",
        "考生签名",
        "2020年10月30日",
    ):
        assert words in second


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith("exit_notice")])
def test_other_letters_keep_to_one_page(renderer: Renderer, name: str) -> None:
    assert pages(renderer.render(specimen(name)).pdf) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "certificate"])
def test_hotlines_are_printed(renderer: Renderer, kind: str) -> None:
    said = text(renderer.render(sample(kind)).pdf)
    assert "0731-84907950" in said
    assert "010—84661234" in said


def said(renderer: Renderer, name: str, **changes: Any) -> str:
    return text(renderer.render(specimen(name, **changes)).pdf)


def test_a_conversion_reads_well_before_and_after_its_number(renderer: Renderer) -> None:
    before = said(renderer, "conversion_notice/requested")
    assert "移交评价机构" in before
    assert "办结" not in before
    assert "办结" in said(renderer, "conversion_notice/done")


def test_only_a_certificate_from_before_the_exit_is_said_to_stay_valid(renderer: Renderer) -> None:
    before, after = (said(renderer, f"certificate_information_letter/{on}") for on in ("before_exit", "after_exit"))
    assert "湘人社办发〔2020〕25号第三条和人社厅发〔2020〕80号第四条" in before
    assert "继续有效" in before
    assert "继续有效" not in after
    assert "80号" not in after


def test_only_the_registered_are_told_that_they_were_accepted(renderer: Renderer) -> None:
    assert "已受理" in said(renderer, "exit_notice/registered")
    assert "尚未受理" in said(renderer, "exit_notice/announced")
    assert "已受理" not in said(renderer, "exit_notice/announced")


def test_a_late_answer_is_an_answer_and_the_last_day_counts(renderer: Renderer) -> None:
    for name in ("exit_notice/registered", "choice_reminder/registered"):
        assert "2020年10月30日（含当日）" in said(renderer, name)
        assert "逾期答复仍予受理" in said(renderer, name)


def test_a_default_is_announced_and_then_never_called_the_candidates_choice(renderer: Renderer) -> None:
    assert "不替您作出选择" not in said(renderer, "exit_notice/registered", default="continue_exam")
    done = said(renderer, "choice_confirmation/default")
    assert "未收到您的答复" in done
    assert "收悉" not in done
    assert "本中心规定" in done


def test_what_was_not_charged_is_not_called_free(renderer: Renderer) -> None:
    for fee, received, words in ((0, 0, "未收取费用"), (28000, 0, "尚未收到"), (28000, 28000, "已收人民币")):
        receipt = said(renderer, "registration_receipt/accepted", fee_fen=fee, received_fen=received)
        assert words in receipt
        assert "免收" not in receipt


def test_a_receipt_claims_only_the_check_on_record(renderer: Renderer) -> None:
    assert "经工作人员核对" in said(renderer, "registration_receipt/accepted/papers")
    assert "经工作人员核对" not in said(renderer, "registration_receipt/accepted")
    neither = said(renderer, "registration_receipt/accepted", check="")
    assert "审核" not in neither
    assert "核对" not in neither


def test_the_absent_did_not_take_part(renderer: Renderer) -> None:
    absent = said(renderer, "exam_result/absent")
    assert "未到考" in absent
    assert "参加的职业技能鉴定考试" not in absent


def test_a_transfer_of_the_fee_states_the_consent(renderer: Renderer) -> None:
    for name in ("conversion_notice/requested/transfer", "choice_confirmation/request_conversion/transfer"):
        assert "您同意将" in said(renderer, name)
        assert "意愿选择书第三项" in said(renderer, name)


def test_every_unmet_condition_is_told(renderer: Renderer) -> None:
    data = specimen("rejection_notice/conditions")
    assert isinstance(data, RejectionNotice)
    told = text(renderer.render(data).pdf)
    for n, why in enumerate(data.unmet, start=1):
        assert f"{n}.{why}" in told


@pytest.mark.parametrize(("result", "word"), [("passed", "合格"), ("failed", "不合格"), ("absent", "缺考")])
def test_results(renderer: Renderer, result: str, word: str) -> None:
    assert f"评定成绩：{word}" in said(renderer, f"exam_result/{result}")


def test_refunds_are_said_in_figures_and_capitals(renderer: Renderer) -> None:
    told = text(renderer.render(sample("refund_notice", refund_fen=12345)).pdf)
    assert "人民币123.45元" in told
    assert capitals(12345) in told


BARE: dict[str, Any] = {
    "session": "", "paper": "", "parts": "", "fee_fen": 0, "exam_on": None, "site": "", "evidence": "", "reason": "",
    "issued_on": None, "organisation": "", "exam": "", "plan": "", "objection_until": None, "review_until": None,
    "payee": "", "account": "", "until": None, "consent": "", "check": "", "checked": "", "opens_on": None,
    "closes_on": None,
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith(("certificate/", "announcement/"))])
def test_letters_without_optional_data_are_set_too(renderer: Renderer, name: str) -> None:
    data = specimen(name)
    fields = {field.name for field in msgspec.structs.fields(data) if not field.required}
    if data.occasion in ("plan", "skill_level", "done"):
        fields -= {"plan", "organisation"}
    bare = said(renderer, name, **{field: value for field, value in BARE.items() if field in fields})
    for hole in ("None", "（）", "“”", "：，", "编号）", "：#", "，，", "。。"):
        assert hole not in bare


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


@pytest.mark.parametrize(
    "field", ["name", "number", "case", "centre_name", "centre_address", "occupation", "clause", "exam"]
)
def test_no_field_slips_past_the_check(renderer: Renderer, field: str) -> None:
    with pytest.raises(CharacterNotPrintable):
        renderer.render(sample("registration_receipt", **{field: "甲😀"}))


@pytest.mark.parametrize(
    ("name", "field", "shown"),
    [
        ("exit_notice/registered", "name", "姓名"),
        ("revocation_notice/revoked", "reason", "原因"),
        ("conversion_notice/done", "organisation", "机构名称"),
        ("certificate/issued", "certificate_no", "证书编号"),
    ],
)
def test_no_field_is_left_blank(renderer: Renderer, name: str, field: str, shown: str) -> None:
    with pytest.raises(FieldMissing, match=shown):
        renderer.render(specimen(name, **{field: ""}))


class Leaflet(DataAuditForm, frozen=True, tag="leaflet"):
    """A kind that no table knows."""


def test_an_unknown_kind_is_refused(renderer: Renderer) -> None:
    with pytest.raises(UnknownKind):
        renderer.render(Leaflet(**msgspec.structs.asdict(sample("data_audit_form"))))


def test_the_version_follows_the_wording(signer: Signer, tmp_path: Path) -> None:
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = Renderer(signer, tmp_path)
    changed = tmp_path / "exit_notice.typ.j2"
    changed.write_text(changed.read_text("utf-8").replace("您可以", "你可以"), "utf-8")
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
    data = sample("revocation_notice", reason=f"甲{datum}乙", exit_date=date(2020, 9, 30))
    if missing:
        with pytest.raises(CharacterNotPrintable):
            renderer.render(data)
        return
    told = text(renderer.render(data).pdf)
    assert f"撤销原因：甲{_squeezed(datum)}乙" in told


def _squeezed(datum: str) -> str:
    return "".join(sign for sign in datum if not sign.isspace() or sign == "\u3000")
