"""The fourteen kinds of letter (design §8): title, clause and numbering word of each, as one table."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from letters.failures import UnknownKind

N80 = "人社厅发〔2020〕80号"
N44 = "人社职司便函〔2020〕44号"
N25 = "湘人社办发〔2020〕25号"


class Kind(msgspec.Struct, frozen=True):
    """One kind of letter. `word` is its part of the 文号 (长鉴 + word + 〔2020〕17号), `page` the layout's page."""

    name: str
    title: str
    clause: str
    word: str
    page: str = "letter"


_ROWS = (
    Kind("announcement", "职业技能鉴定公告", f"{N44}第一条", "公"),
    Kind("registration_receipt", "鉴定考试报名受理通知书", f"{N44}第二条", "受"),
    Kind("exit_notice", "职业资格退出目录告知书", f"{N80}第三条", "退告"),
    Kind("choice_reminder", "意愿选择提醒", f"{N80}第三条", "催"),
    Kind("choice_confirmation", "意愿确认书", f"{N80}第三条", "认"),
    Kind("refund_notice", "退费通知书", f"{N80}第三条", "退费"),
    Kind("exam_result", "职业技能鉴定成绩通知单", f"{N44}第三条、第四条", "绩"),
    Kind("certificate_collection", "领证通知书", f"{N80}第三条", "领"),
    Kind("certificate", "职业资格证书", f"{N44}第五条", "证", page="stock"),
    Kind("conversion_notice", "转职业技能等级认定通知书", f"{N80}第五条", "转"),
    Kind("reissue_notice", "证书补办通知书", f"{N25}第三条", "补"),
    Kind("certificate_information_letter", "证书信息证明", f"{N80}第四条", "明"),
    Kind("closure_notice", "鉴定申请终止告知书", f"{N25}第一条", "终"),
    Kind("data_audit_form", "全国集中管理监管库职业资格证书数据审核确认表", f"{N44}第五条", "审", page="form"),
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
