"""Every way in which Jianding says no: named, with its data, its clause, and what to do next (design §3, rule 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """A command that was refused and changed nothing.

    `data` names what was wrong; `message` is the Chinese sentence a candidate or clerk is given, clause included.
    """

    clause: ClassVar[str] = ""
    wording: ClassVar[str] = "不予受理"

    def __init__(self, **data: Any) -> None:
        self.data: dict[str, Any] = data
        super().__init__(self.message)

    @property
    def name(self) -> str:
        """The name that scripts and logs know this refusal by."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """One Chinese sentence: what was refused, why, what to do, and the clause."""
        text = self.wording.format_map(_Shown(self.data))
        return f"{text}（{self.clause}）" if self.clause else text


class _Shown(dict[str, Any]):
    """Fills a wording; a datum that nobody gave is shown as a dash, never as an error inside an error."""

    def __missing__(self, key: str) -> str:
        return "—"


class UnknownOccupation(Refusal):
    """The annex names no such occupation."""

    clause = "80号·附件"
    wording = "目录附件中没有职业“{occupation}”，请核对名称（相近：{suggestions}）"


class NotInCatalog(Refusal):
    """The occupation has left the catalog: no exam may be announced for it, no certificate issued."""

    clause = "25号·一"
    wording = "“{occupation}”已于{exit_date}退出国家职业资格目录，{why}"


class RegistrationClosed(Refusal):
    """Registration for an exited occupation."""

    clause = "25号·一"
    wording = "“{occupation}”已于{exit_date}退出国家职业资格目录，自退出之日起停止受理报名；可转报职业技能等级认定"


class NotEligible(Refusal):
    """The conditions of the national standard are not met."""

    clause = "44号·二"
    wording = "不符合国家职业技能标准规定的申报条件：{why}"


class InvalidIdNumber(Refusal):
    """Not a number of the document that it is said to be of."""

    wording = "证件号码有误：{why}，请对照证件重新录入"


class InvalidCertificateNumber(Refusal):
    """Neither a 16-digit vocational number nor a 22-character skill-level number."""

    clause = "44号·五"
    wording = "证书编号有误：{why}，请对照证书或档案核对"


class DuplicateCase(Refusal):
    """The same person, occupation, level and exam already have a case."""

    wording = "同一人、同一职业、同一等级、同一考试已有案件{existing}，请在该案件上办理"


class WrongState(Refusal):
    """Nothing better explains why this command cannot follow this state."""

    wording = "案件当前为“{state_name}”，不能办理“{command}”{why}"


class ChoiceNotOpen(Refusal):
    """A choice for a candidate who is not being asked."""

    clause = "80号·三"
    wording = "案件当前为“{state_name}”，{why}，不能办理“{command}”"


class SamePerson(Refusal):
    """Four eyes need two people."""

    clause = "44号·五"
    wording = "经办人与复核人不得为同一人（{person}），请由另一位复核人员办理"


class PaperNotFromBank(Refusal):
    """No draw from the national question bank is on record for this paper, occupation and level."""

    clause = "44号·三"
    wording = "试卷“{paper}”不在国家题库抽题登记册中（{occupation}{level_name}），成绩不予录入；请先登记抽题或核对编号"


class OffsiteNotApproved(Refusal):
    """An exam outside the centre's own area without approval."""

    clause = "25号·三"
    wording = "未经批准不允许开展异地鉴定：考点{site}不在鉴定中心{centre}辖区，请先填写批准文号（approval）"


class CentreNotQualified(Refusal):
    """The centre is unknown, suspended, or not qualified for the occupation."""

    clause = "25号·三"
    wording = "鉴定中心{centre}不能办理：{why}"


class IssuanceHeld(Refusal):
    """A supervisor holds the issuing of certificates."""

    clause = "80号·四"
    wording = "发证已被督导暂缓：{why}；请联系督导人员解除后再办"


class AlreadyRefunded(Refusal):
    """The fee has been, or is being, paid back in full."""

    clause = "80号·三"
    wording = "该案件已办理退费（{refund_fen}分），不能再办理“{command}”"


class NotThisCase(Refusal):
    """A submission that was made for another case than the one it reached."""

    wording = "这项办理是为案件 {case} 作出的，不能用于案件 {reached}；请重新提交"


class RoleNotAllowed(Refusal):
    """The person's role does not carry this command."""

    wording = "“{role_name}”无权办理“{command}”，请由{allowed}办理"


class ProposalPending(Refusal):
    """A proposal waits for its second pair of eyes."""

    wording = "案件有待复核的“{pending}”，请先由复核人员批准或退回"


class CharacterNotPrintable(Refusal):
    """A letter could not be set whole: the fonts lack these characters."""

    wording = (
        "以下字符无法印制：{characters}；请核对是否录入有误；"
        "确是该字的，请管理员在设置 extra_face 中指定含有该字的字体文件后重试"
    )


class TextTooLong(Refusal):
    """A text that no letter could hold whole."""

    wording = "“{field}”过长：{length}字，最多{limit}字，文书印不下；请核对或缩写后重试"


class SessionNotOnRecord(Refusal):
    """A late record of an exam whose session nobody had on record before the exit."""

    clause = "80号·三"
    wording = "考试场次“{session}”在退出之日（{exit_date}）前没有登记，不能补录退出前的考试"


class EvidenceMissing(Refusal):
    """A step that needs the paper behind it on record."""

    clause = "44号·四"
    wording = "办理“{command}”须注明依据材料（evidence）：{why}"


class FeeNotReceived(Refusal):
    """The fee that is due has not come in, and the office's policy issues no certificate before it has."""

    wording = "考试费尚欠{due_fen}分未到账，按本中心规定暂不发证；到账后请先登记收款（receive_fee）"


class ResitPeriodOver(Refusal):
    """The parts that failed may no longer be sat again."""

    wording = "补考期限为考试之日（{held_on}）起{months}个月，已于{last_day}届满；请重新报名"


class ReviewPeriodOver(Refusal):
    """The application for a review came too late."""

    wording = "成绩复查应在成绩通知之日（{resulted_on}）起{days}日内申请，已于{last_day}届满"


class StaleApproval(Refusal):
    """What was shown for approval is no longer what the case says."""

    wording = "所示内容为修订{seen}，案件现为修订{now}，其间已有变化；请重新查看后再复核"


class UnknownCommand(Refusal):
    """No command bears this name."""

    wording = "没有名为“{command}”的命令（可用：{known}）"


class InvalidField(Refusal):
    """A field that is missing, unknown, or of the wrong kind."""

    wording = "“{command}”的字段有误：{why}"


def by_name(name: str, data: Mapping[str, Any]) -> Refusal:
    """The refusal called `name` with `data`; how a refusal crosses the wire. Raises KeyError for an unknown name."""
    return REFUSALS[name](**data)


REFUSALS: dict[str, type[Refusal]] = {cls.__name__: cls for cls in Refusal.__subclasses__()}
