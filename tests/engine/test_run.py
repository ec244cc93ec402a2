"""`./run` sets up once, however often and however roughly it is started. A stand-in for uv: nothing is downloaded."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from settings import PROJECT

# Makes an environment as `uv sync` would, leaves a trace of every call, and takes its time in between.
_FAKE_UV = """#!/bin/sh
echo "$@" >> {trace}
test -z "$FAIL" || {{ echo "no route to https://host.example/x" >&2; exit 2; }}
{python} -m venv --without-pip {venv}
sleep "${{DELAY:-0}}"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose command line prints its arguments, and a cache in which uv is already there."""
    project, cache = tmp_path / "checkout", tmp_path / "cache"
    (project / "desk").mkdir(parents=True)
    (project / "tests").mkdir()
    shutil.copy(PROJECT / "run", project / "run")
    (project / "pyproject.toml").write_text("")
    (project / "uv.lock").write_text("")
    (project / "desk" / "cli.py").write_text("import sys; print(sys.argv[1:])")
    namespace: dict[str, str] = {"__name__": "run", "__file__": str(project / "run")}
    exec((project / "run").read_text(), namespace)  # it has no .py suffix to import it by
    uv = cache / "jianding" / namespace["UV"].replace("==", "-") / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(_FAKE_UV.format(trace=tmp_path / "trace", python=sys.executable, venv=project / ".venv"))
    uv.chmod(0o755)
    uv.with_name("uv.sha256").write_text(hashlib.sha256(uv.read_bytes()).hexdigest())
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    return project


def _run(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "run"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60)


def _syncs(project: Path) -> list[str]:
    trace = project.parent / "trace"
    return trace.read_text().splitlines() if trace.exists() else []


def test_arguments_arrive_and_only_results_are_on_stdout(project: Path) -> None:
    first = _run(project, "case", "show", "a b", "--json")
    assert (first.returncode, first.stdout) == (0, "['case', 'show', 'a b', '--json']\n")
    assert "环境已就绪" in first.stderr
    assert "--frozen" in _syncs(project)[0]


def test_an_installer_that_was_changed_in_the_cache_is_not_run(project: Path) -> None:
    (uv,) = (project.parent / "cache").rglob("uv")
    uv.write_text(uv.read_text() + "# changed")
    started = _run(project, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_TIMEOUT="2")
    assert started.returncode == 1 and "uv" in started.stderr
    assert _syncs(project) == []


def test_the_installer_is_pinned_by_hash(project: Path) -> None:
    namespace: dict[str, tuple[str, ...]] = {"__name__": "run", "__file__": "run"}  # type: ignore[dict-item]
    exec((project / "run").read_text(), namespace)
    assert len(namespace["UV_HASHES"]) > 10 and all(len(digest) == 64 for digest in namespace["UV_HASHES"])


def test_a_second_start_sets_nothing_up_and_says_nothing(project: Path) -> None:
    _run(project)
    second = _run(project)
    assert (second.stderr, len(_syncs(project))) == ("", 1)


def test_a_changed_lock_file_is_noticed(project: Path) -> None:
    _run(project)
    (project / "uv.lock").write_text("# newer")
    _run(project)
    assert len(_syncs(project)) == 2


def test_what_a_command_needs_more_is_added_when_it_is_needed_and_stays(project: Path) -> None:
    for command in ("demo", "bench", "demo", "bench"):
        _run(project, command)
    assert ["--group bench" in call for call in _syncs(project)] == [False, True]


def test_two_starts_at_once_set_up_once(project: Path) -> None:
    command = [sys.executable, str(project / "run")]
    environment = {**os.environ, "DELAY": "0.5"}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0] for process in started] == [b"[]\n"] * 3
    assert len(_syncs(project)) == 1


def test_killed_half_way_the_next_start_does_it_again(project: Path) -> None:
    command = [sys.executable, str(project / "run")]
    environment = {**os.environ, "DELAY": "2"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, process_group=0)
    while not (project / ".venv" / "bin" / "python").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (_run(project, "x").stdout, len(_syncs(project))) == ("['x']\n", 2)


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path) -> None:
    _run(project)
    (project / ".venv" / "bin" / "python").unlink()
    assert _run(project, "x").stdout == "['x']\n"


def test_a_set_up_that_fails_says_what_was_tried_and_what_to_do_but_no_host(project: Path) -> None:
    failed = _run(project, FAIL="1")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "uv sync" in failed.stderr
    assert "no route to …/x" in failed.stderr
    assert "请检查网络" in failed.stderr
    assert "host.example" not in failed.stderr


def test_a_folder_of_the_callers_with_one_of_our_names_is_not_imported(project: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "cli.py").write_text("print('intruder')")
    done = subprocess.run([sys.executable, str(project / "run")], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_an_old_python_is_told_so_in_words_that_it_can_parse(project: Path) -> None:
    script = (project / "run").read_text()
    (project / "run").write_text(script.replace("OLDEST = (3, 11)", "OLDEST = (3, 99)"))
    refused = _run(project, PATH="")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "需要 Python 3.99" in refused.stderr
    compile(script, "run", "exec", dont_inherit=True)
    assert not any(token in script for token in (":=", "match ", "from __future__"))
