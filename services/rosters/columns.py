"""What a roster of each kind is made of: the columns, how people head them, and what to write in them."""

from __future__ import annotations

from typing import NamedTuple

from states.reference.eligibility import DIPLOMAS
from states.words import ID_TYPE_NAMES


class Column(NamedTuple):
    """`field` is ours, `header` is on the template, `spellings` are taken for it too; `hint` says what to write.

    `shared`: one value may stand for several people, so that cells merged downwards mean it for each. `several`: more
    than one column may be headed so, and what they say is joined.
    """

    field: str
    header: str
    hint: str
    spellings: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[str, ...] = ()
    shared: bool = False
    several: bool = False


_LEVELS = ("五级/初级工", "四级/中级工", "三级/高级工", "二级/技师", "一级/高级技师")
NAME = Column("name", "姓名", "与身份证件一致", ("考生姓名", "名字", "学员姓名", "申报人"), required=True)
ID_TYPE = Column(
    "id_type",
    "证件类型",
    "居民身份证可不填；其他证件写明种类",
    ("证件种类", "证件名称", "身份证件类型", "有效证件类型"),
    choices=tuple(ID_TYPE_NAMES.values()),
    shared=True,
)
ID_NUMBER = Column(
    "id_number",
    "证件号码",
    "证件上的号码，单元格设为文本",
    ("身份证号", "身份证号码", "身份证", "证件号", "公民身份号码", "身份证件号码", "有效证件号码", "身份号码"),
)
BIRTH = Column("birth", "出生日期", "护照等号码中没有出生日期的证件填写，如 1990-01-31", ("出生年月日", "出生", "生日"))
OCCUPATION = Column(
    "occupation",
    "职业",
    "附件中的职业名称，如 电工",
    ("职业名称", "职业工种", "鉴定职业", "申报职业", "工种", "职业/工种", "鉴定工种", "申报工种", "职业资格名称"),
    shared=True,
)
LEVEL = Column(
    "level",
    "等级",
    "1至5，或 四级/中级工",
    (
        "级别", "鉴定等级", "技能等级", "职业等级", "申报等级", "鉴定级别", "申报级别", "职业技能等级", "考试等级",
        "报考等级", "证书等级",
    ),
    choices=_LEVELS,
    shared=True,
)  # fmt: skip
CENTRE = Column(
    "centre",
    "鉴定中心",
    "6位区划代码（如 430100）或中心名称",
    ("中心代码", "鉴定中心代码", "中心", "鉴定中心名称", "鉴定机构", "鉴定机构代码", "所属中心"),
    required=True,
    shared=True,
)
EXAM = Column(
    "exam",
    "考试",
    "鉴定公告或考试的编号，如 2026-12",
    ("公告编号", "考试编号", "公告", "exam_id", "考试名称", "鉴定批次", "考试批次", "批次"),
    shared=True,
)
COHORT = Column(
    "cohort",
    "考生类别",
    "社会考生、培养计划学生或新型学徒",
    ("类别", "人员类别", "考生类型", "人员类型"),
    choices=("社会考生", "培养计划学生", "新型学徒"),
    shared=True,
)
PLAN_ORGANISATION = Column(
    "plan_organisation",
    "学校或企业",
    "培养计划学生、新型学徒填写",
    ("培养单位", "院校", "学校", "企业", "所在学校", "所在企业"),
    shared=True,
)
PLAN_NAME = Column("plan_name", "培养计划", "培养计划的名称", ("培养计划名称", "学徒计划", "计划名称"), shared=True)
PLAN_INTAKE = Column(
    "plan_intake", "入学日期", "入学或入企日期，如 2019-09-01", ("入企日期", "入学时间", "招收日期"), shared=True
)
EXAM_ON = Column("exam_on", "考试日期", "公告的考试日期，如 2026-11-20", ("鉴定日期", "考试时间"), shared=True)
RECEIVED = Column("received", "实收金额", "元；不填为已全额收到", ("已收金额", "实缴金额", "实收"))
DIPLOMA = Column(
    "diploma",
    "学历证明",
    "、".join(DIPLOMAS.values()),
    ("毕业证书", "学历或毕业证书"),
    choices=tuple(DIPLOMAS.values()),
)
FEE = Column(
    "fee",
    "报名费",
    "元，如 280 或 280.50；不收费的写 免费",
    ("费用", "报名费元", "缴费金额", "fee_yuan", "鉴定费", "考试费", "鉴定费用", "收费金额", "缴费金额元", "费用元"),
)
ADDRESS = Column(
    "address",
    "地址",
    "寄送文书的地址，写明邮编更好",
    ("通讯地址", "通信地址", "联系地址", "家庭住址", "住址", "邮寄地址", "现住址"),
    shared=True,
)
PHONE = Column(
    "phone",
    "联系电话",
    "手机或固定电话",
    ("电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "联系手机", "移动电话", "固定电话", "座机"),
    several=True,
)
EMAIL = Column("email", "电子邮箱", "有则以邮件寄送文书", ("邮箱", "电子邮件", "e-mail", "邮箱地址"))
WORK_YEARS = Column("work_years", "从业年限", "累计从事本职业的整年数", ("工作年限", "工龄", "从事本职业年限"))
HELD_LEVEL = Column("held_level", "已持等级", "已持有证书的等级，1至5", ("已有等级", "原证书等级", "现有等级"))
HELD_YEARS = Column("held_years", "持证年限", "取得该证书后的整年数", ("取证年限",))
CASE = Column("case", "案件编号", "16位；不填则按证件号码、职业、等级、考试查找", ("案件", "case_number", "案件号"))
CERTIFICATE_NO = Column(
    "certificate_no",
    "证书编号",
    "16位，单元格设为文本；技能等级证书为字母加21位",
    ("证书号", "证书号码", "职业资格证书编号", "资格证书编号"),
    required=True,
)
ISSUED_ON = Column("issued_on", "发证日期", "如 2020-06-30", ("发证时间", "颁发日期", "颁证日期"), required=True)
INSTRUMENT = Column(
    "instrument",
    "证书种类",
    "职业资格证书或职业技能等级证书",
    ("证书类型", "证书类别"),
    choices=("职业资格证书", "职业技能等级证书"),
    shared=True,
)
ORGANISATION = Column("organisation", "评价机构", "技能等级证书的发证机构", ("发证机构", "发证单位"), shared=True)
RESULT = Column(
    "result",
    "成绩",
    "合格、不合格或缺考；还没有成绩的不填",
    ("结果", "考试结果", "鉴定结果", "评定成绩", "考核结果", "鉴定成绩"),
    choices=("合格", "不合格", "缺考"),
)
THEORY = Column("theory", "理论成绩", "0至100的分数，或 合格、不合格", ("理论知识成绩", "理论考试成绩", "理论"))
PRACTICE = Column("practice", "实操成绩", "0至100的分数，或 合格、不合格", ("操作技能成绩", "实操", "技能成绩"))
SESSION = Column("session", "场次", "考试场次编号", ("考试场次", "鉴定场次", "场次编号"), required=True, shared=True)
PAPER = Column("paper", "试卷编号", "国家题库试卷编号，如 GJTK-2026-0417", ("试卷", "试卷号"), shared=True)
HELD_ON = Column("held_on", "考试日期", "如 2026-11-20；不填为录入当日", ("鉴定日期", "考核日期"), shared=True)
SITE = Column("site", "考点代码", "考点所在地6位区划代码，异地时填写", ("考试地点代码", "考点"), shared=True)
APPROVAL = Column("approval", "异地批准文号", "异地鉴定的批准文号", ("批准文号",), shared=True)

_PERSON = (
    NAME,
    ID_TYPE,
    ID_NUMBER._replace(required=True),
    BIRTH,
    OCCUPATION._replace(required=True),
    LEVEL._replace(required=True),
)
_REACH = (ADDRESS, PHONE, EMAIL)
_WHICH_CASE = (CASE, NAME._replace(required=False), ID_NUMBER, OCCUPATION, LEVEL, EXAM)

_PLAN = (COHORT, PLAN_ORGANISATION, PLAN_NAME, PLAN_INTAKE)
_DECLARED = (WORK_YEARS, HELD_LEVEL, HELD_YEARS, DIPLOMA)
_MARKS = (RESULT, THEORY, PRACTICE)

KINDS: dict[str, tuple[Column, ...]] = {
    "announce": (*_PERSON, CENTRE, EXAM, EXAM_ON, *_PLAN, FEE, *_REACH, *_DECLARED),
    "register": (*_WHICH_CASE, FEE._replace(required=True), RECEIVED, *_DECLARED),
    "hold_exam": (*_WHICH_CASE, *_MARKS, SESSION, PAPER, HELD_ON, SITE, APPROVAL),
    "grade": (*_WHICH_CASE, *_MARKS, PAPER),
    "import_certificate": (
        *_PERSON, CENTRE, CERTIFICATE_NO, ISSUED_ON, INSTRUMENT, ORGANISATION, EXAM, HELD_ON, *_PLAN, *_REACH,
    ),
}  # fmt: skip
KIND_NAMES = {
    "announce": "公告名册",
    "register": "报名名册",
    "hold_exam": "考试名册",
    "grade": "成绩名册",
    "import_certificate": "历史证书名册",
}
ONE_OF: dict[str, tuple[Column, ...]] = {"grade": _MARKS}  # at least one of these must be there
OPENING = frozenset({"announce", "import_certificate"})
ERRORS = "错误"  # our own column in a workbook that was given back; it is passed over when that comes in again
GUIDE = "填写说明"
PASSED_OVER = frozenset(("序号", "no", ERRORS))  # nobody misses what these say
TEXT_FIELDS = frozenset({"id_number", "certificate_no", "case", "centre", "phone", "site", "paper", "exam", "session"})


def header_of(kind: str, field: str) -> str:
    """How the template heads `field`."""
    return next((column.header for column in KINDS[kind] if column.field == field), field)
