"""The kinds of letter (design §8): title, numbering word and page of each, as one table."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from letters.failures import UnknownKind
from states.audience import Audience, audience_of


class Kind(msgspec.Struct, frozen=True):
    """One kind of letter. `word` is its part of the 文号 (长鉴 + word + 〔2020〕17号), `page` the layout's page.

    `close`: set in 25 lines a page from the first. `slip`: its last page is a leaf that the candidate returns.
    """

    name: str
    title: str
    word: str
    page: str = "letter"
    close: bool = False
    slip: bool = False

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return audience_of(self.name)


_ROWS = (
    Kind("announcement", "职业技能鉴定公告", "公"),
    Kind("registration_receipt", "鉴定考试报名受理通知书", "受"),
    Kind("admission_ticket", "职业技能鉴定准考证", "准"),
    Kind("exam_arrangement", "职业技能鉴定考核安排通知", "排"),
    Kind("exit_notice", "职业资格退出目录告知书", "退告", close=True, slip=True),
    Kind("choice_reminder", "意愿选择提醒", "催"),
    Kind("choice_confirmation", "意愿确认书", "认"),
    Kind("reinstatement_notice", "报名继续有效告知书", "续"),
    Kind("postponement_notice", "考试延期通知", "延"),
    Kind("refund_notice", "退费通知书", "退费"),
    Kind("exam_result", "职业技能鉴定成绩通知单", "绩"),
    Kind("certificate_collection", "领证通知书", "领"),
    Kind("certificate", "职业资格证书", "证", page="stock"),
    Kind("conversion_notice", "转职业技能等级认定通知书", "转"),
    Kind("reissue_notice", "证书补办通知书", "补"),
    Kind("exchange_notice", "证书换发通知书", "换"),
    Kind("revocation_notice", "证书撤销通知书", "撤"),
    Kind("certificate_information_letter", "证书信息证明", "明"),
    Kind("rejection_notice", "不予受理通知书", "不受"),
    Kind("closure_notice", "鉴定申请终止告知书", "终"),
    Kind("data_audit_form", "全国集中管理监管库职业资格证书数据审核确认表", "审", page="form"),
)

KINDS: Mapping[str, Kind] = {row.name: row for row in _ROWS}


def kind_of(name: str) -> Kind:
    """The row of `name`; raises UnknownKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def document_number(kind: str, centre_short: str, year: int, seq: int) -> str:
    """The 文号 of the `seq`-th letter of its kind, centre and year: 长鉴退告〔2020〕17号 (GB/T 9704-2012, 7.2.5)."""
    return f"{centre_short}鉴{kind_of(kind).word}〔{year}〕{seq}号"
