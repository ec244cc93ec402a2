"""Every letter on every occasion as pictures, for whoever reads the wording: `python -m letters.gallery FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

from letters.renderer import Renderer
from letters.seal import Signer
from letters.specimens import names, specimen

DPI = 96


def hang(folder: Path, renderer: Renderer, wanted: str = "") -> list[Path]:
    """Writes a PNG for each page of each specimen whose name contains `wanted`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name in names():
        if wanted in name:
            for number, picture in enumerate(renderer.pictures(specimen(name), DPI), start=1):
                made.append(folder / f"{name.replace('/', '-')}-{number}.png")
                made[-1].write_bytes(picture)
    return made


def main() -> None:
    """Hangs the gallery with a key made for the purpose: nothing in it can be mistaken for a letter of ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="part of a name, for instance exit_notice")
    asked = parser.parse_args()
    made = hang(asked.folder, Renderer(Signer.fresh()), asked.only)
    print(f"{len(made)} pages in {asked.folder}")


if __name__ == "__main__":
    main()
