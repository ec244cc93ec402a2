"""What strangers see: is this letter yours, and in force? Is this certificate? Nothing can be enumerated."""

from __future__ import annotations

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked
from services.certificate_check import check_certificate
from services.questions import about, asked, of_address
from services.verification import Verdict, open_verifier, verify_file, verify_text
from states.office.refusals import TooManyAttempts

_MOST_PDF = 5 * 1024 * 1024


def check_page(page: Asked) -> Response:
    """Where a stranger begins: a code, a file, or a certificate's number."""
    return page.show("check.html.j2", problems={}, given={})


def by_code(page: Asked) -> Response:
    """What a QR leads to, and what a typed 校验码 is answered with."""
    code = page.path.get("code") or page.form.get("code") or page.query.get("code", "")
    refused = _refused(page)
    if refused is not None:
        return refused
    verifier = open_verifier(page.house.settings, page.house.database)
    return _answered(page, verify_text(verifier, code[:400]))


def by_file(page: Asked) -> Response:
    """Whether a PDF is, byte for byte, the one that was filed."""
    refused = _refused(page)
    if refused is not None:
        return refused
    sent = page.files.get("file")
    content = sent.file.read(_MOST_PDF + 1) if sent else b""
    if not content or len(content) > _MOST_PDF:
        problems = {"file": page.words("请选择一个不超过 5 MB 的 PDF 文件")}
        return page.show("check.html.j2", status=400, problems=problems, given={})
    verifier = open_verifier(page.house.settings, page.house.database)
    return _answered(page, verify_file(verifier, content))


def by_certificate(page: Asked) -> Response:
    """Whether a certificate is in force, for whoever knows number, name and the last four characters."""
    form = {name: page.form.get(name, "").strip()[:60] for name in ("number", "name", "last_four")}
    missing = {name: page.words("请填写") for name, value in form.items() if not value}
    if missing:
        return page.show("check.html.j2", status=400, problems=missing, given=form)
    refused = _refused(page, form["number"])
    if refused is not None:
        return refused
    found = check_certificate(page.house.database, form["number"], form["name"], form["last_four"])
    return page.show("certificate.html.j2", found=found, given=form)


def _answered(page: Asked, verdict: Verdict) -> Response:
    return page.show("verdict.html.j2", verdict=verdict)


def _refused(page: Asked, target: str = "") -> Response | None:
    """The page for whoever asks too often; None for everybody else."""
    address = page.request.client.host if page.request.client else "unknown"
    allowances = (*of_address(address), *((about(target),) if target else ()))
    try:
        asked(page.house.database, allowances, page.now)
    except TooManyAttempts as often:
        return page.show("trouble.html.j2", status=429, title="查询过于频繁", message=often.message)
    return None


PAGES = (
    Page("check", "/check", check_page, Reach.PUBLIC),
    Page("check_code", "/check/code", by_code, Reach.PUBLIC, methods=("GET", "POST")),
    Page("check_file", "/check/file", by_file, Reach.PUBLIC, methods=("POST",)),
    Page("check_certificate", "/check/certificate", by_certificate, Reach.PUBLIC, methods=("POST",)),
    Page("verify", "/v/{code:path}", by_code, Reach.PUBLIC),
    Page("verify_printed", "/V/{code:path}", by_code, Reach.PUBLIC),
)
