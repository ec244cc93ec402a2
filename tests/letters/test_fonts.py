from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import typst
from pylopdf_fonts_zh_cn import sans_path, serif_path

from letters import fonts
from letters.fonts import FAMILY, FontsMissing, load_faces
from letters.renderer import Renderer
from letters.seal import Signer
from letters.truetype import repertoire
from tests.letters.reading import text
from tests.letters.samples import sample


def test_rare_names_are_covered_and_shapeless_signs_are_not() -> None:
    faces = load_faces()
    assert faces.unprintable("喆珺昇旻镕祎𬱖〔〕—□√ A9") == ""
    assert faces.unprintable("a\u200b\u202e\x00\ue000\ufffe") == "\u200b\u202e\x00\ue000\ufffe"


def test_the_cast_face_agrees_with_the_face_it_was_cast_from() -> None:
    from fontTools.ttLib import TTFont

    cast, model = TTFont(fonts.cast_face(), lazy=True), TTFont(serif_path(), lazy=True)
    shapes, models = cast.getBestCmap(), model.getBestCmap()
    assert set(shapes) >= set(models) & repertoire()
    for sign in map(ord, "中式烹调师,9Aa—〔”"):
        assert cast["hmtx"][shapes[sign]][0] == pytest.approx(model["hmtx"][models[sign]][0] / 2, abs=0.5)


def test_without_its_faces_the_press_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SANS", "No Such Face")
    with pytest.raises(FontsMissing, match="No Such Face"):
        load_faces()


def test_a_preferred_face_of_the_system_comes_first(
    signer: Signer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A font of the user's own is one of the system's: this user has one, whatever machine this is."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in (tmp_path / ".fonts", tmp_path / "Library" / "Fonts"):
        folder.mkdir(parents=True)
        shutil.copy(sans_path(), folder)
    installed = [font.family for font in typst.Fonts(include_embedded_fonts=False).fonts() if font.path]
    monkeypatch.setattr(fonts, "FANGSONG", (installed[0],))
    faces = load_faces(prefer_fangsong=True)
    assert faces.body[:2] == (installed[0], FAMILY)
    assert faces.identity != load_faces().identity
    renderer, plain = Renderer(signer, faces=faces), Renderer(signer)
    assert renderer.template_version("exit_notice") != plain.template_version("exit_notice")
    assert "张珺" in text(renderer.render(sample("exit_notice")).pdf)
