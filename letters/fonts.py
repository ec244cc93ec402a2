"""The faces letters are set in, and which characters they have.

Typst drops a character that no face has without a word, so the faces are asked beforehand (design §6).
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from platformdirs import user_cache_dir
from pylopdf_fonts_zh_cn import sans_path, serif_path

from letters.face_names import FACE_NAME, FAMILY
from letters.failures import FaceRefused, LetterFailure
from letters.own_faces import OwnFace, check_face, shapes_of
from storage.scratch import Scratch

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


# Set as spaces (letters/escaping.py), so every face has them.
LINE_ENDS = frozenset("\t\n\v\f\r\x85\u2028\u2029")


@dataclass(frozen=True)
class Faces:
    """A set of faces: family names in order of preference for text, headings and emphasis, and what can be printed.

    `extra` is the SHA-256 of the office's own file for rare characters, `ordinary` is what the other faces have.
    """

    book: typst.Fonts
    body: tuple[str, ...]
    title: tuple[str, ...]
    sans: tuple[str, ...]
    covered: frozenset[str]
    ordinary: frozenset[str]
    identity: str
    extra: str = ""
    folder: Scratch | None = None  # where chosen files are linked; lives as long as we do

    def unprintable(self, text: str) -> str:
        """The characters of `text` that no face has, in order, without repeats."""
        if self.covered.issuperset(text):
            return ""
        return "".join(dict.fromkeys(sign for sign in text if sign not in self.covered))

    def extra_for(self, text: str) -> str:
        """The hash of the office's own file if `text` needs it, else empty."""
        return "" if not self.extra or self.ordinary.issuperset(text) else self.extra


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


def missing_in_package(text: str) -> str:
    """The characters of `text` that the packaged faces lack; nothing is cast or loaded for setting."""
    covered = _covered(serif_path()) | _covered(sans_path())
    return "".join(dict.fromkeys(character for character in text if character not in covered))


def load_faces(
    *,
    prefer_fangsong: bool = False,
    body: Path | None = None,
    title: Path | None = None,
    extra: Path | None = None,
) -> Faces:
    """The embedded faces, preceded by files of the office: `body` (仿宋), `title` (小标宋), `extra` (rare characters).

    Without `body`, `prefer_fangsong` takes the system's best 仿宋 if there is one. Raises FontsMissing rather than set
    letters without letters, FaceRefused for a file that cannot serve.
    """
    face = cast_face()
    folder = Scratch("fonts")
    own = {
        role: _linked(folder.path, role, path)
        for role, path in (
            ("body", body or (_fangsong() if prefer_fangsong else None)),
            ("title", title),
            ("extra", extra),
        )
        if path is not None
    }
    folders = [str(face.parent), str(serif_path().parent), str(folder.path)]
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    if missing := {FAMILY, SERIF, SANS} - set(book.families()):
        raise FontsMissing(sorted(missing))
    family = {role: one.family for role, one in own.items()}
    tail = (FAMILY, SERIF, *_given(family, "extra"), SANS)
    text, heading = (*_given(family, "body"), *tail), (*_given(family, "title"), *_given(family, "body"), *tail)
    files = [face, serif_path(), sans_path(), *(one.path for role, one in own.items() if role != "extra")]
    ordinary = LINE_ENDS.union(*map(_covered, files))
    rare = own.get("extra")
    return Faces(
        book, text, heading, (SANS, *text[:-1]),
        ordinary | rare.covered if rare else ordinary, ordinary,
        _identity([*files, *([rare.path] if rare else [])]), rare.sha256 if rare else "", folder,
    )  # fmt: skip


def _given(family: Mapping[str, str], role: str) -> tuple[str, ...]:
    return (family[role],) if role in family else ()


def _linked(folder: Path, role: str, path: Path) -> OwnFace:
    """The office's file, checked, and linked where Typst finds nothing else."""
    checked = check_face(path)
    (folder / role).mkdir()
    (folder / role / path.name).symlink_to(path.absolute())
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder / role)]
    ).families()
    if not found:
        raise FaceRefused(path, "排版程序不能读取这种字体文件")
    return checked._replace(family=found[0])


def _fangsong() -> Path | None:
    installed = {font.family: font.path for font in typst.Fonts(include_embedded_fonts=False).fonts()}
    return next((Path(path) for name in FANGSONG if (path := installed.get(name))), None)


def _covered(path: Path) -> frozenset[str]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return shapes_of(font)


def _identity(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()
