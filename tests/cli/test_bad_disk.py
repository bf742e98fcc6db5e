"""Commands on a disk that is full or can't be written to, and with an output that is full, closed or not read."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from colophon_cli.exit_codes import explain
from colophon_ops import dev_file
from colophon_ops.build.tree import write_object
from tests.cli.conftest import ROOT, Run

NAMED = [
    "ENOSPC",
    "EDQUOT",
    "EFBIG",
    "EROFS",
    "EACCES",
    "EPERM",
    "ENAMETOOLONG",
    "EMFILE",
    "ENFILE",
    "ENOMEM",
    "EAGAIN",
    "EIO",
    "ENOENT",
    "ENOTDIR",
    "EISDIR",
    "EEXIST",
    "ENOTEMPTY",
    "ELOOP",
    "EBUSY",
    "EXDEV",
    "EADDRINUSE",
]


def _shell(
    *words: str | Path, limit: int = 0, stdout: int | None = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, where no file may grow beyond ``limit`` bytes."""

    def limit_files() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    program = [sys.executable, "-c", "from colophon_cli import main; main()", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        program, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, preexec_fn=limit_files
    )


@pytest.mark.parametrize("name", NAMED)
def test_each_error_of_the_system_has_a_next_step(name: str) -> None:
    number = getattr(errno, name)
    known = explain(OSError(number, os.strerror(number), "/srv/site/index.html"))
    assert known
    code, text = known
    assert code == (3 if isinstance(OSError(number, ""), ConnectionError) else 2)
    assert text.startswith(f"/srv/site/index.html: {os.strerror(number)}. ")
    assert not text.endswith("Try again."), "that would not help"


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(104, "Connection reset"), MemoryError()])
def test_what_may_pass_by_itself_is_unavailable(error: Exception) -> None:
    known = explain(error)
    assert known
    assert known[0] == 3


def test_a_build_that_cannot_be_written_leaves_the_earlier_one(run: Run, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out/site"
    assert run("build", inbox, "--out", out).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    edition = inbox / "posts/mulmarugyeol/hives-in-the-evening/en.md"
    edition.write_text(edition.read_text().replace("mt 3.1", "mt 3.2"))
    answer = _shell("build", inbox, "--out", out, limit=4000)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "File too large. Raise the limit on file sizes" in answer.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert {path.name for path in out.parent.iterdir()} == {"site", "site.outcomes.json", "site.cache"}


def test_new_writes_all_its_files_or_none(tmp_path: Path) -> None:
    answer = _shell("new", "sorae/cough", "--inbox", tmp_path / "inbox", limit=600)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "File too large." in answer.stderr
    assert not [path for path in (tmp_path / "inbox").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["x" * 300, "x" * 240])
def test_a_name_that_the_disk_does_not_take_is_told(run: Run, inbox: Path, tmp_path: Path, name: str) -> None:
    answer = run("build", inbox, "--out", tmp_path / name)
    assert (answer.exit_code, answer.stderr.count("\n")) == (2, 1)
    assert "File name too long. Use shorter names" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["inbox"]


@pytest.mark.parametrize("words", [("build", "inbox", "--out", "file/site"), ("new", "a/b", "--inbox", "file/inbox")])
def test_a_file_on_the_path_is_told(run: Run, inbox: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("mine")
    answer = run(*words)
    assert (answer.exit_code, answer.stderr.count("\n")) == (2, 1)


def test_dev_json_that_cannot_be_written_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev_file, "PATH", tmp_path / "build/dev.json")
    (tmp_path / "build/dev.json").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        dev_file.write(dev_file.DevStack("", "", "", "", ""))
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["dev.json"]


def test_an_error_of_a_write_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/page").symlink_to("/dev/full")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(OSError, match="other") as told:
            write_object(tmp_path / "site", "other", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert told.value.filename.endswith("/other")


@pytest.mark.parametrize(
    "words",
    [
        ("check", "inbox", "--at", "9999-12-31T23:59:59-23:59"),
        ("build", "inbox", "--out", "site", "--at", "0001-01-01T00:00:00+14:00"),
        ("build", "inbox", "--out", "site", "--jobs", "100000"),
        ("dev", "inbox", "--port", "70000"),
        ("dev", "inbox", "--s3-port", "-1"),
        ("status", "x" * 5000),
        ("new", "a/b", "--inbox", "x" * 5000),
        ("check", "x" * 5000),
        ("build", "x" * 5000, "--out", "site"),
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_a_number_or_name_beyond_all_bounds_is_misused(run: Run, inbox: Path, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.exit_code == 2, answer.output
    assert isinstance(answer.exception, SystemExit)
    assert len(answer.stderr) < 1000


@pytest.mark.parametrize("words", [("schema",), ("--help",)])
def test_a_full_standard_output_is_told_once(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        answer = _shell(*words, stdout=full.fileno())
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == [
        "colophon: standard output: No space left on device. Free some space, and run the command again."
    ]


def test_a_reader_that_goes_away_changes_no_exit_code(inbox: Path) -> None:
    (inbox / "posts/mulmarugyeol/hives-in-the-evening/ja.md").write_text("wrong")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        answer = _shell("check", inbox, "--json", stdout=writer)
    finally:
        os.close(writer)
    assert (answer.returncode, answer.stderr) == (1, "")


def test_closed_outputs_are_no_error(inbox: Path, tmp_path: Path) -> None:
    program = f'"{sys.executable}" -c "from colophon_cli import main; main()" build inbox --out site >&- 2>&- <&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared")}
    assert subprocess.run(program, shell=True, cwd=tmp_path, env=environment, check=False).returncode == 0
    assert (tmp_path / "site/index.html").read_text().startswith("<!doctype html>")
