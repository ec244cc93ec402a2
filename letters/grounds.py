"""What happened decides the clause: (kind of letter, occasion) → the paper and paragraph that the letter cites.

The notice calls its paragraphs 一、二、三; a letter cites them as 第一条 and so on. Where the notice says nothing, the
basis is the candidate's own application or the centre's rule, and the letter says that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

N80 = "人社厅发〔2020〕80号"
N44 = "人社职司便函〔2020〕44号"
N25 = "湘人社办发〔2020〕25号"
_PAPERS = {"80号": N80, "44号": N44, "25号": N25}
_OWN_WISH = "您本人的申请"
_CENTRE = "本中心规定"

GROUNDS: Mapping[str, Mapping[str, str]] = {
    "announcement": {"published": f"{N44}第一条、第二条"},
    "registration_receipt": {
        "accepted": f"{N44}第二条",  # 严格按照国家职业技能标准规定对考生的申报条件进行审核
        "plan": f"{N80}第三条",
        "continued": f"{N80}第三条",
        "resit": f"{N44}第四条和{_CENTRE}",
        "resit_after_exit": f"{N80}第三条和{_CENTRE}",
    },
    "admission_ticket": {"exam": f"{N44}第四条", "resit": f"{N44}第四条"},
    "exam_arrangement": {"plan": f"{N80}第三条"},  # 支持其执行培养培训计划，保证政策不断线
    "exit_notice": {"announced": f"{N80}第三条", "registered": f"{N80}第三条", "plan_left": f"{N80}第三条"},
    "choice_reminder": {"announced": f"{N80}第三条", "registered": f"{N80}第三条"},
    "choice_confirmation": {
        "continue_exam": f"{N80}第三条",
        "request_refund": f"{N80}第三条",
        "request_conversion": f"{N80}第五条",
        "default": f"{N80}第三条和{_CENTRE}",
    },
    "reinstatement_notice": dict.fromkeys(("choosing", "closed", "returned"), f"{N80}第二条"),
    "postponement_notice": {
        "postponed": f"{N44}第四条",
        "announced": f"{N44}第四条",
        "choosing": f"{N44}第四条",
    },
    "refund_notice": {
        "choice": f"{N80}第三条",
        "default": f"{N80}第三条和{_CENTRE}",
        "conversion": f"{N80}第三条、第五条",
        "withdrawn": _OWN_WISH,
        "deceased": _CENTRE,
    },
    "exam_result": {
        "passed": f"{N44}第三条、第四条",
        "passed_after_exit": f"{N80}第三条",
        "failed": f"{N44}第三条、第四条",
        "absent": f"{N44}第四条",
        "regraded": f"{N44}第四条、第六条",
        "after_refund": f"{N80}第三条",
    },
    "certificate_collection": {
        "in_catalog": f"{N44}第五条",
        "after_exit": f"{N80}第三条",
        "continued": f"{N80}第三条",
        "plan": f"{N80}第三条",
    },
    "certificate": {"issued": f"{N44}第五条", "reissued": f"{N25}第三条", "exchanged": f"{N44}第五条"},
    "conversion_notice": {"requested": f"{N80}第五条", "done": f"{N80}第五条"},
    "reissue_notice": {
        "vocational": f"{N25}第三条",
        "skill_level": f"{N80}第一条",  # 颁发职业技能等级证书的是用人单位和社会组织；25号·三 speaks of the other one
    },
    "exchange_notice": {"error": f"{N44}第五条", "identity": f"{N44}第五条"},
    "revocation_notice": {"revoked": f"{N80}第四条"},
    "certificate_information_letter": {
        "before_exit": f"{N25}第三条和{N80}第四条",
        "after_exit": f"{N25}第三条",
    },
    "rejection_notice": {
        "conditions": f"{N44}第二条",
    },
    "closure_notice": {
        "exit": f"{N25}第一条和{_CENTRE}",
        "withdrawn": _OWN_WISH,
        "choice": f"{N80}第三条",
        "default": f"{N80}第三条和{_CENTRE}",
        "deceased": _CENTRE,
    },
    "data_audit_form": {"period": f"{N44}第五条"},
}


def clause_for(kind: str, occasion: str) -> str:
    """What a letter of `kind` cites on this occasion; raises KeyError where the table knows no such occasion."""
    return GROUNDS[kind][occasion]


def written_out(short: str) -> str:
    """A refusal's clause as a letter cites it: 25号·一 becomes 湘人社办发〔2020〕25号第一条; anything else as it is."""
    found = re.fullmatch(r"(80号|44号|25号)·([一二三四五六])", short)
    return f"{_PAPERS[found[1]]}第{found[2]}条" if found else short
