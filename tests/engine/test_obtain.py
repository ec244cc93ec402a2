"""Where the Temporal program comes from: each way in its turn, each failure told, nothing half-installed."""

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.server import cache, golang, obtain
from engine.server.obtain import CACHED_NAME, NotObtained, server_version, temporal_program
from engine.server.wheels import GO, TEMPORAL, WheelUnavailable, last_line
from storage.locking import locked

NEW = "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"
OLD = "temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)"


def program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a PATH with nothing but the shell's own tools and this folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setattr(obtain, "cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def _ways(monkeypatch: pytest.MonkeyPatch, *ways: Callable[[Path], Path]) -> None:
    monkeypatch.setattr(obtain, "_WAYS", tuple((f"way {number}", way) for number, way in enumerate(ways, 1)))


def _fails(place: Path) -> Path:
    raise WheelUnavailable("no network")


def _works(place: Path) -> Path:
    return program(place / "temporal", f"echo '{NEW}'")


def test_one_on_the_path_is_used_as_it_is(bin_dir: Path) -> None:
    ours = program(bin_dir / "temporal", f"echo '{NEW}'")
    assert temporal_program() == ours


def test_one_that_is_too_old_is_passed_over_and_said_so(bin_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bin_dir / "temporal", f"echo '{OLD}'")
    _ways(monkeypatch, _works)
    said: list[str] = []
    assert temporal_program(said.append) == cache.cached(CACHED_NAME)
    assert "过旧" in said[0]


def test_the_ways_are_tried_in_order_and_the_result_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    _ways(monkeypatch, _fails, _works, _fails)
    said: list[str] = []
    first = temporal_program(said.append)
    assert [line for line in said if "way" in line] == ["获取 Temporal：way 1……", "获取 Temporal：way 2……"]
    _ways(monkeypatch, _fails)
    assert temporal_program() == first


def test_what_is_pinned_by_hash_comes_before_what_is_not() -> None:
    titles = [title for title, _ in obtain._WAYS]
    assert [TEMPORAL.name in titles[0], "SDK" in titles[1], "Go" in titles[2]] == [True] * 3


def test_a_program_changed_in_the_cache_is_not_run_but_obtained_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _ways(monkeypatch, _works)
    kept = temporal_program(lambda line: None)
    genuine = kept.read_bytes()
    ran = tmp_path / "ran"
    program(kept, f"touch {ran}; echo 'temporal version 9 (Server 9.99.0)'")
    said: list[str] = []
    assert temporal_program(said.append) == kept
    assert kept.read_bytes() == genuine and not ran.exists()
    assert "不予使用" in said[0]


def test_when_nothing_works_every_attempt_and_the_remedy_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _ways(monkeypatch, _fails, _fails)
    with pytest.raises(NotObtained, match=r"(?s)way 1：no network.*way 2：no network.*JIANDING_TEMPORAL_ADDRESS"):
        temporal_program(lambda line: None)


def test_a_program_that_does_not_run_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    _ways(monkeypatch, lambda place: program(place / "temporal", "exit 1"))
    with pytest.raises(NotObtained):
        temporal_program(lambda line: None)
    assert not cache.cached(CACHED_NAME).exists()


def test_what_is_left_in_the_cache_is_the_program_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _ways(monkeypatch, _fails, _works)
    kept = temporal_program(lambda line: None)
    assert list(kept.parent.iterdir()) == [kept]
    assert not list(cache.cache_dir().glob("work-*"))


def test_an_install_that_breaks_off_leaves_the_old_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = cache.install(program(tmp_path / "a", "echo old"), "tool")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.copyfile", killed)
    with pytest.raises(KeyboardInterrupt):
        cache.install(program(tmp_path / "b", "echo new"), "tool")
    assert subprocess.check_output([kept], text=True) == "old\n"


def test_two_at_once_obtain_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[Path] = []

    def slow(place: Path) -> Path:
        times.append(place)
        return program(place / "temporal", f"sleep 0.1; echo '{NEW}'")

    _ways(monkeypatch, slow)
    threads = [threading.Thread(target=temporal_program, args=(lambda line: None,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 1


def test_who_has_to_wait_for_a_lock_says_so_once(tmp_path: Path) -> None:
    said: list[str] = []
    release = threading.Event()

    def hold() -> None:
        with locked(tmp_path / "l"):
            held.set()
            release.wait(5)

    held = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    threading.Timer(0.1, release.set).start()
    with locked(tmp_path / "l", waiting=lambda: said.append("waiting")):
        assert said == ["waiting"]
    holder.join()


def _fake_go(path: Path, version: str) -> Path:
    return program(
        path,
        f'case "$1" in env) echo {version};; '
        f'install) echo "$@" > "$GOBIN/arguments"; echo "$CGO_ENABLED" >> "$GOBIN/arguments"; '
        f"""printf '#!/bin/sh\\necho "{NEW}"\\n' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal";; esac""",
    )


def test_a_go_on_the_path_builds_the_pinned_version_without_a_c_compiler(bin_dir: Path, tmp_path: Path) -> None:
    _fake_go(bin_dir / "go", "go1.25.0")
    built = golang.build_temporal(tmp_path)
    assert server_version(built) == (1, 29)
    assert built.with_name("arguments").read_text().split() == ["install", "-ldflags=-s", "-w", golang.MODULE, "0"]


@pytest.mark.parametrize("version", ["go1.24.9", "devel"])
def test_an_older_go_gives_way_to_one_from_a_wheel(
    bin_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program(bin_dir / "go", f"echo {version}")
    asked: list[object] = []

    def unpacked(wheel: object, place: Path) -> Path:
        asked.append(wheel)
        return _fake_go(place / "wheel" / "go", "go1.27.3")

    monkeypatch.setattr(golang, "unpack", unpacked)
    assert server_version(golang.build_temporal(tmp_path)) == (1, 29)
    assert asked == [GO]


def test_a_build_that_fails_says_what_go_said(bin_dir: Path, tmp_path: Path) -> None:
    program(bin_dir / "go", 'case "$1" in env) echo go1.25.1;; *) echo "no space left on device" >&2; exit 1;; esac')
    with pytest.raises(golang.BuildFailed, match="no space left"):
        golang.build_temporal(tmp_path)


def test_what_pip_said_is_told_without_naming_its_host() -> None:
    assert last_line("a\nERROR: https://host.example/simple/x refused\n\n") == "ERROR: …/simple/x refused"


def test_every_wheel_is_pinned_by_hash() -> None:
    for wheel in (TEMPORAL, GO):
        assert wheel.requirement().startswith(f"{wheel.name}=={wheel.version} --hash=sha256:")
        assert all(len(digest) == 64 for digest in wheel.hashes)
