"""An office's own font file: for characters that no face has, checked, and its hash recorded with the letter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from letters.failures import FaceRefused
from letters.fonts import cast_face, load_faces
from letters.own_faces import check_face
from letters.renderer import Renderer
from letters.seal import Signer
from states.refusals import CharacterNotPrintable
from tests.letters.reading import text
from tests.letters.samples import sample

RARE = "\U00031350"  # in Unicode since 2022, in no face of ours, unknown to older Pythons


def face(path: Path, signs: str = RARE, *, fs_type: int = 0, family: str = "Office Rare") -> Path:
    """A font that has nothing but `signs`, each with the shape of 国."""
    font = TTFont(cast_face())
    cutter = subset.Subsetter(subset.Options(name_IDs=["*"], notdef_outline=True))
    cutter.populate(unicodes=[ord("国")])
    cutter.subset(font)
    (shape,) = font.getBestCmap().values()
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {ord(sign): shape for sign in signs}
    font["cmap"].tables = [table]
    font["OS/2"].fsType = fs_type
    for name in (1, 4, 16):
        font["name"].setName(family, name, 3, 1, 0x409)
    font["name"].setName(family.replace(" ", ""), 6, 3, 1, 0x409)
    font.save(path)
    return path


def test_a_character_that_no_face_has_is_printed_from_the_offices_own_file(tmp_path: Path) -> None:
    own = face(tmp_path / "rare.ttf")
    plain, rare = Renderer(Signer.fresh()), Renderer(Signer.fresh(), faces=load_faces(extra=own))
    with pytest.raises(CharacterNotPrintable, match="extra_face"):
        plain.render(sample("exit_notice", name=f"王{RARE}"))
    assert rare.unprintable(RARE) == ""
    letter = rare.render(sample("exit_notice", name=f"王{RARE}"))
    assert f"王{RARE}" in text(letter.pdf)
    version, _, recorded = letter.template_version.partition("+")
    assert recorded == hashlib.sha256(own.read_bytes()).hexdigest()
    assert rare.render(sample("exit_notice")).template_version == version


def test_a_face_for_titles_and_one_for_the_text_come_first(tmp_path: Path) -> None:
    faces = load_faces(
        body=face(tmp_path / "body.ttf", "国", family="Office Fangsong"),
        title=face(tmp_path / "title.ttf", "国", family="Office Biaosong"),
    )
    assert faces.body[0] == "Office Fangsong"
    assert faces.title[:2] == ("Office Biaosong", "Office Fangsong")
    assert "张珺" in text(Renderer(Signer.fresh(), faces=faces).render(sample("exit_notice")).pdf)


def test_a_file_that_cannot_serve_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.ttf").write_text("no font")
    for path, why in (
        (tmp_path / "none.ttf", "无法读取"),
        (tmp_path / "text.ttf", "不是有效的字体文件"),
        (face(tmp_path / "shut.ttf", fs_type=2), "不允许嵌入"),
        (face(tmp_path / "private.ttf", "\ue000"), "没有可印的字符"),
    ):
        with pytest.raises(FaceRefused, match=why):
            check_face(path)
        with pytest.raises(FaceRefused, match=path.name):
            load_faces(extra=path)
