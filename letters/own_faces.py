"""An office's own font file: whether it can serve, and which characters it brings.

For names that no face of ours can print (生僻字), and for a 仿宋 or 小标宋 that the office has a licence for.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont, TTLibError

from letters.failures import FaceRefused

# Characters without a shape of their own: a letter shows what it says, so none of these is set. What Python does not
# know yet (Cn) may be a character of a newer Unicode, which is just what an office's own file is for.
_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Co"})
_NO_EMBEDDING = 0x0002  # OS/2 fsType: restricted licence embedding


class OwnFace(NamedTuple):
    """A checked file: its family as Typst knows it, what it can print, and its hash for the record."""

    path: Path
    family: str
    covered: frozenset[str]
    sha256: str


def check_face(path: Path) -> OwnFace:
    """Reads the file whole. Raises FaceRefused with the reason: absent, no font, no outlines, may not be embedded."""
    try:
        content = path.read_bytes()
        with TTFont(path, fontNumber=0) as font:
            if "glyf" not in font and "CFF " not in font and "CFF2" not in font:
                raise FaceRefused(path, "没有轮廓字形（可能是点阵字体）")
            if "OS/2" in font and font["OS/2"].fsType & _NO_EMBEDDING:
                raise FaceRefused(path, "字体许可不允许嵌入文件")
            covered = shapes_of(font)
    except OSError as error:
        raise FaceRefused(path, f"无法读取（{error.strerror or error}）") from error
    except (TTLibError, KeyError, ValueError, AssertionError) as error:
        raise FaceRefused(path, "不是有效的字体文件") from error
    if not covered:
        raise FaceRefused(path, "没有可印的字符")
    return OwnFace(path, "", covered, hashlib.sha256(content).hexdigest())


def shapes_of(font: TTFont) -> frozenset[str]:
    """The characters that `font` can print; the private use area never, as its codes mean something else elsewhere."""
    points = (point for point in font.getBestCmap() or () if not _is_noncharacter(point))
    return frozenset(sign for sign in map(chr, points) if unicodedata.category(sign) not in _SHAPELESS)


def _is_noncharacter(point: int) -> bool:
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
