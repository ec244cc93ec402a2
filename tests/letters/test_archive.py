"""PDF/A-3a and PDF/UA-1, by an independent judge: veraPDF, fetched from Maven Central once."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest

from letters.kinds import KINDS
from letters.renderer import Renderer
from tests.letters.samples import sample

VERSION = "1.28.2"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>jianding</groupId><artifactId>verapdf</artifactId><version>1</version><dependencies><dependency>
<groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>"""


@pytest.fixture(scope="session")
def verapdf() -> list[str]:
    """The command line of veraPDF; fails with what to install if it cannot be had."""
    if shutil.which("java") is None:
        pytest.fail("veraPDF needs Java 11 or later: apt-get install default-jre-headless")
    home = Path(platformdirs.user_cache_dir("jianding")) / f"verapdf-{VERSION}"
    if not home.exists():
        _fetch(home)
    return ["java", "-cp", f"{home}/*", "org.verapdf.apps.GreenfieldCliWrapper", "--format", "text"]


def _fetch(home: Path) -> None:
    if shutil.which("mvn") is None:
        pytest.fail("veraPDF is fetched by Maven: apt-get install maven (or put its jars into " + str(home) + ")")
    part = home.with_name(home.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "pom.xml").write_text(_POM)
    fetched = subprocess.run(
        ["mvn", "-q", "-B", "-f", part / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={part}"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if fetched.returncode:
        pytest.fail(f"Maven could not fetch veraPDF {VERSION}: {fetched.stdout[-2000:]}")
    try:
        part.rename(home)
    except OSError:  # another run was faster
        assert home.exists()


@pytest.fixture(scope="session")
def shelf(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    for kind in KINDS:
        (folder / f"{kind}.pdf").write_bytes(renderer.render(sample(kind)).pdf)
        (folder / f"{kind}-rehearsal.pdf").write_bytes(renderer.render(sample(kind, rehearsal=True, name="李𬱖")).pdf)
    return folder


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_every_kind_is_fit_for_the_archive_and_for_screen_readers(
    verapdf: list[str], shelf: Path, flavour: str
) -> None:
    letters = sorted(shelf.glob("*.pdf"))
    judged = subprocess.run([*verapdf, "--flavour", flavour, *letters], capture_output=True, text=True, timeout=300)
    verdicts = [line for line in judged.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert [line for line in verdicts if line.startswith("FAIL")] == []
    assert len(verdicts) == len(letters) == 2 * len(KINDS)
