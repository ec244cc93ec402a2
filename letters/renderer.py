"""The renderer: one letter's data in, one sealed PDF/A-3a and PDF/UA-1 out, the same bytes every time."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import typst

from letters.drafting import Drafter
from letters.escaping import literal
from letters.failures import WordingBroken
from letters.fields import check_fields, lists_text
from letters.fonts import Faces, load_faces
from letters.imposition import Setting, expected_pages, impose
from letters.kinds import kind_of
from letters.model import Letter, LetterData, data_hash
from letters.qr import ALPHANUMERIC
from letters.seal import Signer
from states.refusals import CharacterNotPrintable
from storage.scratch import Scratch

TEMPLATES = Path(__file__).parent.parent / "templates" / "letters"
LAYOUT = Path(__file__).with_name("layout.typ")
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_SHANGHAI = timezone(timedelta(hours=8))


class _Marks(NamedTuple):
    """What a letter can be checked by: the 校验码 that is typed, the signed code that is scanned."""

    check: str
    code: str


_UNSEALED = _Marks("", "")
NO_SEAL = "PREVIEW - NO SEAL"
"""What the QR of a preview says."""


class Renderer:
    """Sets letters. Thread-safe: wordings, faces and layout are read once, each thread has its own compiler.

    `base_url` (optional) is where codes are checked: it is put before the code in the QR, in capitals, so only what a
    QR code's alphanumeric mode can hold is allowed in it.
    """

    def __init__(
        self,
        signer: Signer,
        templates: Path | None = None,
        *,
        base_url: str = "",
        faces: Faces | None = None,
    ) -> None:
        self._signer = signer
        self._drafter = Drafter(templates or TEMPLATES)
        self.faces = faces or load_faces()
        self._base = _address(base_url)
        files = {"layout.typ": LAYOUT.read_bytes(), "faces.typ": _faces_file(self.faces)}
        self._common = hashlib.sha256(b"".join(files.values()) + self.faces.identity.encode()).digest()
        # A private copy: what was hashed is what is used, whatever happens to the installed file meanwhile.
        self._root = Scratch("renderer")
        for name, content in files.items():
            (self._root.path / name).write_bytes(content)
        self._local = threading.local()

    def render(self, data: LetterData, check: str = "", code: str = "") -> Letter:
        """The letter of `data`, sealed. `check` is its 校验码; `code` the signed code that it was set with before.

        One compilation is enough for nearly all: a second is made where that would need another page for a line or two,
        a third where pages must be counted. Raises CharacterNotPrintable if the faces lack a character of it,
        FieldMissing, FieldTooLong, UnknownKind, or a Wording… failure.
        """
        return self._set(data, lambda: _Marks(check, code or self._signer.code(data)))

    def _set(self, data: LetterData, marked: Callable[[], _Marks]) -> Letter:
        kind_of(data.kind)
        check_fields(data)
        draft, marks = self._draft(data), marked()
        for setting in Setting:
            pdf = self._compile(self._source(data, draft, marks, setting), data)
            if _pages(pdf) == expected_pages(draft):
                break
        version = self.template_version(data.kind)
        if self.faces.extra and (extra := self.faces.extra_for(_printed(data, draft))):
            version += f"+{extra}"
        return Letter(pdf, hashlib.sha256(pdf).hexdigest(), data_hash(data), version, marks.code)

    def preview(self, data: LetterData) -> Letter:
        """The letter of `data` without any seal: nobody can take it for one of ours. Raises as `render` does."""
        return self._set(data, lambda: _UNSEALED)

    def pictures(self, data: LetterData, ppi: float = 96) -> list[bytes]:
        """The letter's pages as PNG, set as `preview` sets them: without any seal."""
        draft, marks, pages = self._draft(data), _UNSEALED, list[bytes]()
        for setting in Setting:
            made = self._compiler().compile(self._source(data, draft, marks, setting).encode(), format="png", ppi=ppi)
            pages = made if isinstance(made, list) else [made or b""]
            if len(pages) == expected_pages(draft):
                break
        return pages

    def unprintable(self, text: str) -> str:
        """The characters of `text` that no face has, in order, without repeats; line ends count as spaces."""
        return self.faces.unprintable(text)

    def template_version(self, kind: str) -> str:
        """Twelve hex digits for the wording of `kind`, the layout and the faces; changes when any of them does."""
        return hashlib.sha256(self._common + self._drafter.source_hash(kind)).hexdigest()[:12]

    def source(self, data: LetterData) -> bytes:
        """The Typst source of a letter, for measurements and for previewing mistakes in a wording."""
        marks = _Marks("", self._signer.code(data))
        return self._source(data, self._draft(data), marks, Setting.NORMAL).encode()

    @property
    def root(self) -> str:
        """The folder that sources are compiled in: layout and faces as they were when the renderer was made."""
        return str(self._root.path)

    def _draft(self, data: LetterData) -> str:
        draft = self._drafter.draft(data)
        if missing := self.faces.unprintable(_printed(data, draft)):
            raise CharacterNotPrintable(characters=missing)
        return draft

    def _source(self, data: LetterData, draft: str, marks: _Marks, setting: Setting) -> str:
        address = self._base + marks.code if marks.code else NO_SEAL
        return impose(data, draft, code=marks.code, check=marks.check, address=address, setting=setting)

    def _compile(self, source: str, data: LetterData) -> bytes:
        try:
            pdf = self._compiler().compile(
                source.encode(),
                pdf_standards=STANDARDS,
                timestamp=datetime(data.on.year, data.on.month, data.on.day, tzinfo=_SHANGHAI),
            )
        except typst.TypstError as error:
            raise WordingBroken(data.kind, str(error)) from error
        assert isinstance(pdf, bytes)
        return pdf

    def _compiler(self) -> typst.Compiler:
        """The compiler of the calling thread."""
        compiler: typst.Compiler | None = getattr(self._local, "compiler", None)
        if compiler is None:
            nowhere = self._root.path / "layout.typ" / "packages"  # below a file: none is found, none can be fetched
            compiler = self._local.compiler = typst.Compiler(
                root=str(self._root.path),
                font_paths=self.faces.book,
                package_path=str(nowhere),
                package_cache_path=str(nowhere),
            )
        return compiler


_COUNT = re.compile(rb"/Type/Pages/Count (\d+)")


def _printed(data: LetterData, draft: str) -> str:
    """Every character of a letter."""
    contacts = f"{data.centre_name}{data.centre_address}{data.centre_phone}{data.centre_hotline}"
    return f"{draft}{contacts}{data.number}{data.case}{lists_text(data)}"


def _pages(pdf: bytes) -> int:
    """How many pages Typst wrote; its page tree has one level and stands at the front."""
    found = _COUNT.search(pdf)
    return int(found[1]) if found else 0


def _address(base_url: str) -> str:
    base = base_url.upper()
    if strange := set(base) - set(ALPHANUMERIC):
        raise ValueError(f"a verification address cannot hold {''.join(sorted(strange))!r}")
    return base if not base or base.endswith("/") else base + "/"


def _faces_file(faces: Faces) -> bytes:
    named = {"serif": faces.body, "title-face": faces.title, "sans": faces.sans}
    lines = (f"#let {name} = ({','.join(map(literal, families))})\n" for name, families in named.items())
    return "".join(lines).encode()
