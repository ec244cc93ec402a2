"""Letters a second: our renderer, raw typst on the same sources, WeasyPrint on the same words in the same face."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, timezone
from html import escape
from pathlib import Path
from typing import Any

import typst

from bench.people import candidate
from bench.stage import Stage, in_turns, middle, ratio
from letters.fonts import Faces, load_faces
from letters.grounds import clause_for
from letters.model import ExitNotice, LetterData
from letters.renderer import STANDARDS, Renderer
from letters.seal import Signer
from settings import PROJECT


def letters(first: int, count: int) -> list[LetterData]:
    """Distinct exit notices, two pages each: the letter of which an exit day needs most."""
    return [_letter(n) for n in range(first, first + count)]


def _letter(n: int) -> LetterData:
    person = candidate("电工")
    return ExitNotice(
        number=f"长鉴退告〔2026〕{n}号",
        occasion="registered",
        clause=clause_for("exit_notice", "registered"),
        on=date(2026, 12, 31),
        case=f"4301002026{n:06d}",
        centre_code="430100",
        centre_name="长沙市职业技能鉴定中心",
        centre_address="长沙市岳麓区茶子山东路",
        centre_phone="0731-84907777",
        centre_hotline="12333",
        name=person["name"],
        id_number=person["id_number"],
        occupation="电工",
        level=5,
        exam="2026-12",
        fee_fen=28000,
        exit_date=date(2026, 12, 31),
        choice_deadline=date(2027, 1, 30),
    )


async def measure(stage: Stage, *, peers: bool) -> dict[str, Any]:
    """Rates in letters a second, one process and one thread; with two processes for two cores."""
    count = stage.sizes.letters
    faces = load_faces()
    renderer = Renderer(Signer.fresh(), faces=faces)
    for data in letters(0, 3):
        renderer.render(data)
    sides: dict[str, Callable[[int], Awaitable[float]]] = {
        "typst": lambda n: _timed(_raw(renderer, faces, n * count + 10, count)),
        "ours": lambda n: _timed(_ours(renderer, n * count + 10, count)),
    }
    if peers:
        sides["weasyprint"] = lambda n: _timed(_weasyprint(n * count + 10, stage.sizes.weasyprint))
    rates = await in_turns(stage.sizes.rounds, sides, stage.say)
    found: dict[str, Any] = {name: middle(each) for name, each in rates.items()}
    found["ratio_typst"] = ratio(rates["ours"], rates["typst"])
    if peers:
        found["ratio_weasyprint"] = ratio(rates["ours"], rates["weasyprint"])
    together = [_processes(2, count) / _processes(1, count) for _ in range(stage.sizes.rounds)]
    return {**found, "two_processes": middle(together), "pages": 2}


async def _timed(work: tuple[int, Callable[[], None]]) -> float:
    count, do = work
    began = time.perf_counter()
    do()
    return count / (time.perf_counter() - began)


def _ours(renderer: Renderer, first: int, count: int) -> tuple[int, Callable[[], None]]:
    data = letters(first, count)

    def do() -> None:
        for one in data:
            renderer.render(one)

    return count, do


def _raw(renderer: Renderer, faces: Faces, first: int, count: int) -> tuple[int, Callable[[], None]]:
    """The same sources, written beforehand; typst alone, with a compiler that keeps its fonts."""
    sources = [renderer.source(one) for one in letters(first, count)]
    compiler = typst.Compiler(root=renderer.root, font_paths=faces.book)
    at = datetime(2026, 12, 31, tzinfo=timezone(timedelta(hours=8)))

    def do() -> None:
        for source in sources:
            compiler.compile(source, pdf_standards=STANDARDS, timestamp=at)

    return count, do


def _weasyprint(first: int, count: int) -> tuple[int, Callable[[], None]]:
    """The same words on the same two pages, plainly; the face is read once, as ours is."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts, (face, *_) = FontConfiguration(), serif_files()
    css = CSS(
        string=f"@font-face{{font-family:S;src:url('{face.as_uri()}')}}@page{{size:A4;margin:37mm 26mm 35mm 28mm}}"
        "body{font:16pt/28pt S}h1{font-size:22pt;text-align:center}",
        font_config=fonts,
    )
    pages = [_html(one) for one in letters(first, count)]

    def do() -> None:
        for page in pages:
            HTML(string=page).write_pdf(font_config=fonts, stylesheets=[css])

    return count, do


def _html(data: LetterData) -> str:
    from letters.drafting import Drafter
    from letters.renderer import TEMPLATES

    words = escape(Drafter(TEMPLATES).draft(data)).replace("\n", "<br>")
    return f"<h1>退出目录告知书</h1><p>{words}</p>"


def serif_files() -> list[Path]:
    """The regular weights of the serif that letters are set in."""
    import pylopdf_fonts_zh_cn

    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return sorted(path for path in folder.rglob("*.[ot]tf") if "Serif" in path.name)


def _processes(processes: int, count: int) -> float:
    """Letters a second of so many processes at once, each with its own renderer, from go to the last one's end."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.letters", folder, str(count)]
        running = [
            subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(processes)
        ]
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()  # warm
        began = time.perf_counter()
        for process in running:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        for process in running:
            process.wait()
        return processes * count / (time.perf_counter() - began)


def main(folder: str, count: str) -> None:
    """One process of the two: warms up, says so, sets its letters when told to."""
    renderer = Renderer(Signer.fresh())
    work = letters(0, int(count))
    renderer.render(work[0])
    print("warm", flush=True)
    sys.stdin.readline()
    for one in work:
        renderer.render(one)


if __name__ == "__main__":
    main(*sys.argv[1:])
