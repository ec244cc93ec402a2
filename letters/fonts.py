"""The faces letters are set in, and which characters they have.

Typst drops a character that no face has without a word, so the faces are asked beforehand (design §6).
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from platformdirs import user_cache_dir
from pylopdf_fonts_zh_cn import sans_path, serif_path

from letters.face_names import FACE_NAME, FAMILY
from letters.failures import LetterFailure

_CAST = 1  # grows when letters/truetype.py casts another shape
SERIF = "Noto Serif SC"
SANS = "Noto Sans SC"
# Names under which a 仿宋 is known to systems, best first.
FANGSONG = (
    "FangSong_GB2312",
    "仿宋_GB2312",
    "FZFangSong-Z02",
    "FZFangSong-Z02S",
    "FangSong",
    "仿宋",
    "STFangsong",
    "华文仿宋",
    "FandolFang R",
    "FandolFang",
    "Zhuque Fangsong (technical preview)",
)
# Characters without a shape of their own: a letter shows what it says, so none of these is set.
_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True)
class Faces:
    """A set of faces: `body` and `sans` are family names in order of preference, `covered` what can be printed."""

    book: typst.Fonts
    body: tuple[str, ...]
    sans: tuple[str, ...]
    covered: frozenset[str]
    identity: str
    folder: tempfile.TemporaryDirectory[str] | None = None  # where a 仿宋 is linked; lives as long as we do

    def unprintable(self, text: str) -> str:
        """The characters of `text` that no face has, in order, without repeats."""
        if self.covered.issuperset(text):
            return ""
        return "".join(dict.fromkeys(sign for sign in text if sign not in self.covered))


class FontsMissing(LetterFailure):
    """The embedded faces are not where their package says."""

    def __init__(self, families: Iterable[str]) -> None:
        self.families = tuple(families)
        super().__init__(f"缺少字体：{'、'.join(self.families)}；请重新安装 pylopdf-fonts-zh-cn")


def cast_face() -> Path:
    """The cast face in the user's cache; cast there once, in about twenty seconds, from the package's own.

    Whole or not at all: two processes that cast at once write the same bytes.
    """
    kept = Path(user_cache_dir("jianding")) / "faces" / f"{_CAST}-{serif_path().stat().st_size}" / f"{FACE_NAME}.ttf"
    if kept.exists():
        return kept
    from letters.truetype import cast  # only when needed: it loads a font editor

    print("正在准备文书字体（仅第一次，约二十秒）…", file=sys.stderr, flush=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent.parent) as draft:
        cast(Path(draft) / kept.name)
        (Path(draft) / kept.name).replace(kept)
    return kept


def load_faces(*, prefer_fangsong: bool = False) -> Faces:
    """The embedded faces, preceded by the system's best 仿宋 if that is wished and there is one.

    Raises FontsMissing rather than set letters without letters.
    """
    face = cast_face()
    files = [(face, 0), (serif_path(), 0), (sans_path(), 0)]
    folders, body, folder = [str(face.parent), str(serif_path().parent)], [FAMILY, SERIF], None
    fangsong = _fangsong() if prefer_fangsong else None
    if fangsong is not None:
        family, path, index = fangsong
        folder = tempfile.TemporaryDirectory(prefix="jianding-fonts-")
        (Path(folder.name) / path.name).symlink_to(path)
        files.append((path, index))
        folders.append(folder.name)
        body.insert(0, family)
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    if missing := {*body, SANS} - set(book.families()):
        raise FontsMissing(sorted(missing))
    covered = frozenset().union(*(_covered(path, index) for path, index in files))
    return Faces(book, (*body, SANS), (SANS, *body), covered, _identity(path for path, _ in files), folder)


def _fangsong() -> tuple[str, Path, int] | None:
    installed = {font.family: font for font in typst.Fonts(include_embedded_fonts=False).fonts()}
    for family in FANGSONG:
        font = installed.get(family)
        if font is not None and font.path:
            return family, Path(font.path), font.index
    return None


def _covered(path: Path, index: int) -> frozenset[str]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        signs = map(chr, font.getBestCmap())
        return frozenset(sign for sign in signs if unicodedata.category(sign) not in _SHAPELESS)


def _identity(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()
