"""Is this letter ours, and is it in force? For whoever holds one: by its QR, its 校验码, or as a file.

No answer says that a letter is genuine from a code alone: a code can be copied onto another paper. The answer says
what the paper must say, and asks to compare.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from letters.failures import SealMissing, SealNotGenuine
from letters.kinds import KINDS
from letters.seal import SealedFacts, verify_code
from letters.verify import VerifiedLetter, verify_pdf
from letters.wording import LEVEL_NAMES, RESULT_NAMES, yuan
from records.case.lookup import Found, by_check_code, by_number
from records.store.database import Database
from services.checkpointing import trusted_seals
from settings import Settings

_CHECK_CODE = re.compile(r"^[0-9A-Z]{16}$")
_MISREAD = str.maketrans("ILO", "110", "- \t\r\n　－—")
_WIDE = {ord("０") + n: str(n) for n in range(10)} | {ord("Ａ") + n: chr(ord("A") + n) for n in range(26)}


class Reason(NamedTuple):
    """One answer: its verdict, what it is called, and the sentence that a stranger is given."""

    verdict: str
    status: str
    sentence: str


COMPARE = "请逐项核对纸面内容与下列内容是否一致；任何一项不同，即非本单位出具的原件"
REASONS: Mapping[str, Reason] = {
    "on_record": Reason("in_force", "有效", f"本单位有此文书在案，且现行有效。{COMPARE}"),
    "file_on_record": Reason("in_force", "有效", "该文件与本单位存档逐字节一致，且现行有效"),
    "reissued": Reason("replaced", "已补办", "此件之后证书已补办或改出证明，以新件为准"),
    "exchanged": Reason("replaced", "已换发", "此件之后证书已换发，以新件为准"),
    "newer_letter": Reason("replaced", "已被替代", "此件之后另有同类文书，以新件为准"),
    "overtaken": Reason("replaced", "已被替代", "此件之后案件另有办理，此件所述不再适用"),
    "certificate_revoked": Reason("revoked", "已撤销", "此件所涉证书已被撤销"),
    "delivery_withheld": Reason("withheld", "已撤回", "此件在发出前已撤回，不应在外流通"),
    "no_such_letter": Reason(
        "sealed_not_on_record", "不在案", "防伪码为本单位签署，但本单位没有此件在案；请向出具单位查询"
    ),
    "record_differs": Reason(
        "sealed_not_on_record", "不在案", "防伪码为本单位签署，但与在案内容不符；请向出具单位查询"
    ),
    "record_altered": Reason("sealed_not_on_record", "存疑", "在案记录未通过核对，暂不能证明此件；请向出具单位查询"),
    "rehearsed": Reason("rehearsal", "演练", "此件为演练所作，不具任何效力"),
    "bytes_differ": Reason("altered", "被改动", "文件载有本单位的防伪码，但与存档文件不一致：文件被改动"),
    "not_filed_yet": Reason("altered", "存疑", "文件载有本单位的防伪码，而本单位尚未制成此件"),
    "no_such_code": Reason("not_ours", "查无此件", "没有这个校验码；请核对抄录是否有误"),
    "unreadable": Reason("not_ours", "查无此件", "不是完整的防伪码或校验码；请核对抄录是否有误"),
    "signature_false": Reason("not_ours", "非本单位出具", "防伪码不是本单位签署"),
    "no_seal": Reason("not_ours", "非本单位出具", "文件中没有防伪码，或不是 PDF 文件"),
}


class Standing(NamedTuple):
    """What ends a letter of some kinds: which later triggers replace it, with the reason given."""

    kinds: frozenset[str]
    triggers: frozenset[str]
    reason: str


_CERTIFYING = frozenset(
    {"certificate", "certificate_collection", "reissue_notice", "certificate_information_letter", "exchange_notice"}
)
STANDINGS = (
    Standing(_CERTIFYING, frozenset({"revoke"}), "certificate_revoked"),
    Standing(_CERTIFYING, frozenset({"exchange"}), "exchanged"),
    Standing(_CERTIFYING, frozenset({"reissue", "attest"}), "reissued"),
    Standing(frozenset({"exit_notice", "choice_reminder"}), frozenset({"reinstate"}), "overtaken"),
    Standing(frozenset({"choice_confirmation", "conversion_notice"}), frozenset({"change_choice"}), "overtaken"),
    Standing(frozenset({"exam_result"}), frozenset({"regrade"}), "newer_letter"),
    Standing(frozenset({"admission_ticket", "exam_arrangement"}), frozenset({"postpone"}), "overtaken"),
)
"""In the order in which they are looked for: a withdrawn certificate is told before a replaced one."""


class Verdict(msgspec.Struct, frozen=True):
    """The answer (design §8). `compare` is what the paper must say, label and value; empty where nothing is known.

    Nothing personal beyond a masked name and the last four characters of the document number.
    """

    verdict: str
    reason: str
    issuer: str = ""
    kind: str = ""
    number: str = ""
    date: str = ""
    name_masked: str = ""
    status: str = ""
    message: str = ""
    compare: tuple[tuple[str, str], ...] = ()


class Verifier(NamedTuple):
    """What letters are checked against: a record, and every key that they were ever sealed with."""

    database: Database
    seals: tuple[bytes, ...]


def open_verifier(settings: Settings, database: Database) -> Verifier:
    """The verifier of an installation. Raises KeyFileUnusable."""
    return Verifier(database, tuple(trusted_seals(settings)))


def verify_text(verifier: Verifier, text: str) -> Verdict:
    """What is to be said of a 校验码 as somebody typed it, of a signed code, or of the whole address in a QR."""
    typed = text.strip().rstrip("/").rpartition("/")[2].translate(_WIDE).upper().translate(_MISREAD)
    if _CHECK_CODE.match(typed):
        code = "-".join(typed[at : at + 4] for at in range(0, 16, 4))
        with verifier.database.reading() as connection:
            found = by_check_code(connection, code)
        return _of_letter(found, "on_record") if found else _said("no_such_code")
    try:
        facts = verify_code(typed, verifier.seals)
    except SealNotGenuine as false:
        return _said("signature_false" if false.complete else "unreadable")
    return _of_code(verifier, facts)


def verify_file(verifier: Verifier, pdf: bytes) -> Verdict:
    """What is to be said of a file: whether it is, byte for byte, the one that was filed."""
    try:
        letter = verify_pdf(pdf, verifier.seals)
    except SealMissing:
        return _said("no_seal")
    except SealNotGenuine:
        return _said("signature_false")
    return _of_code(verifier, letter.facts, letter)


def _of_code(verifier: Verifier, facts: SealedFacts, file: VerifiedLetter | None = None) -> Verdict:
    if facts.rehearsal:
        return _sealed("rehearsed", facts)
    with verifier.database.reading() as connection:
        found = by_number(connection, facts.number, facts.case)
    if found is None:
        return _sealed("no_such_letter", facts)
    if not _hash_of(found).startswith(facts.data_hash) or (facts.kind and facts.kind != found.kind):
        return _sealed("record_differs", facts)
    if file is not None and found.believed and file.sha256 != found.file_sha256:
        return _sealed("bytes_differ" if found.file_sha256 else "not_filed_yet", facts)
    return _of_letter(found, "file_on_record" if file else "on_record")


def _of_letter(found: Found, sound: str) -> Verdict:
    if not found.believed:
        return _said("record_altered")
    data = msgspec.json.decode(found.data)
    reason = "rehearsed" if data.get("rehearsal") else standing_of(found) or sound
    return _said(
        reason,
        issuer=data.get("centre_name", ""),
        kind=found.kind,
        number=found.number,
        date=str(found.on),
        name_masked=_masked(data.get("name", "")),
        compare=_compared(found, data),
    )


def standing_of(found: Found) -> str:
    """The reason why a letter is in force no more, a key of REASONS; empty while it is."""
    if found.withheld:
        return "delivery_withheld"
    since = set(found.since)
    for standing in STANDINGS:
        if found.kind in standing.kinds and since & standing.triggers:
            return standing.reason
    return "newer_letter" if found.followed and found.kind != "choice_reminder" else ""


def _hash_of(found: Found) -> str:
    """The data hash as the seal has it: of the data in canonical JSON."""
    return hashlib.sha256(msgspec.json.encode(msgspec.json.decode(found.data), order="sorted")).hexdigest()


def _sealed(reason: str, facts: SealedFacts) -> Verdict:
    """With what the code itself says."""
    return _said(reason, kind=facts.kind, number=facts.number, date=str(facts.on))


def _said(reason: str, **told: Any) -> Verdict:
    row = REASONS[reason]
    return Verdict(row.verdict, reason, status=row.status, message=row.sentence, **told)


def _masked(name: str) -> str:
    return name[:1] + "＊" * (len(name) - 1)


def _compared(found: Found, data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the paper must say, line by line; what a letter does not have is left out."""
    kind, level = KINDS.get(found.kind), data.get("level")
    lines = (
        ("出具单位", data.get("centre_name", "")),
        ("文书", kind.title if kind else found.kind),
        ("文号", found.number),
        ("日期", str(found.on)),
        ("姓名", _masked(data.get("name", ""))),
        ("证件号码末四位", data.get("id_number", "")[-4:]),
        ("职业", data.get("occupation", "")),
        ("等级", LEVEL_NAMES.get(level, "") if isinstance(level, int) else ""),
        ("成绩", RESULT_NAMES.get(data.get("result", ""), "")),
        ("金额", yuan(data["refund_fen"]) if data.get("refund_fen") else ""),
        ("收费", yuan(data["fee_fen"]) if data.get("fee_fen") else ""),
        ("证书编号", data.get("certificate_no", "") or data.get("skill_level_no", "")),
    )
    return tuple((label, value) for label, value in lines if value)
