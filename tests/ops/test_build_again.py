"""A build after changes makes the bytes of a clean build, and little else."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from colophon_ops.build.build import BuildReport, build
from tests.ops.inbox_edits import InboxEditor
from tests.rotating_seeds import seeds_of_the_day

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_STEPS = 12


def _files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def _build(inbox: Path, site: Path, now: datetime = NOW, *, cached: bool = True) -> BuildReport:
    return build(inbox, site, now=now, jobs=1, cached=cached)


def _check_against_clean_build(inbox: Path, site: Path, again: BuildReport, now: datetime = NOW) -> None:
    clean = site.with_name("clean")
    report = _build(inbox, clean, now, cached=False)
    found, wanted = _files(site), _files(clean)
    assert sorted(found) == sorted(wanted)
    assert [key for key in wanted if found[key] != wanted[key]] == []
    outcomes = [place.with_name(f"{place.name}.outcomes.json").read_bytes() for place in (site, clean)]
    assert outcomes[0] == outcomes[1]
    assert (again.states, again.to_mend, again.files) == (report.states, report.to_mend, report.files)
    assert again.duplicates == report.duplicates


@pytest.mark.parametrize("seed", seeds_of_the_day(2, of=400))
def test_random_edits_end_in_the_bytes_of_a_clean_build(inbox: Path, tmp_path: Path, seed: int) -> None:
    site = tmp_path / "site"
    editor = InboxEditor(inbox, site, Random(seed), NOW)
    _build(inbox, site)
    edits = []
    for _ in range(_STEPS):
        edits += [editor.edit() for _ in range(editor.random.choice((1, 1, 2, 4)))]
        print(edits)
        again = _build(inbox, site, editor.now)
        _check_against_clean_build(inbox, site, again, editor.now)


POST = "posts/mulmarugyeol/hives-in-the-evening"
PAGE = "en/mulmarugyeol/hives-in-the-evening/index.html"


def _times(site: Path) -> dict[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


def test_without_a_change_nothing_is_built(inbox: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    first = _build(inbox, site)
    before = _times(site)
    again = _build(inbox, site)
    assert (first.posts, first.reason, again.posts) == (None, "", 0)
    assert _times(site) == before
    assert (again.states, again.files, again.duplicates) == (first.states, first.files, first.duplicates)


def test_only_what_one_post_changes_is_written(inbox: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    _build(inbox, site)
    before = _times(site)
    text = inbox / POST / "en.md"
    text.write_text(text.read_text().replace("That is all right.", "That is quite all right."))
    again = _build(inbox, site)
    assert again.posts == 1
    assert "quite all right" in (site / PAGE).read_text()
    assert [key for key, written in _times(site).items() if written != before.get(key)] == [PAGE]
    _check_against_clean_build(inbox, site, again)


def test_a_file_that_changed_while_the_clock_stood_is_read(inbox: Path, tmp_path: Path) -> None:
    site, text = tmp_path / "site", inbox / POST / "en.md"
    _build(inbox, site)
    before, content = text.stat(), text.read_text()
    text.write_text(content.replace("all right.", "all wrong."))
    os.utime(text, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert text.stat().st_size == before.st_size
    again = _build(inbox, site)
    assert again.posts == 1
    _check_against_clean_build(inbox, site, again)


@pytest.mark.parametrize("by_bytes", [False, True])
def test_a_changed_file_of_the_site_is_made_again(inbox: Path, tmp_path: Path, by_bytes: bool) -> None:
    site = tmp_path / "site"
    _build(inbox, site)
    page = site / PAGE
    before, content = page.stat(), page.read_bytes()
    page.write_bytes(content.replace(b"hives", b"hivez"))
    if by_bytes:
        # As from a backup: neither size nor time tells.
        os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    build(inbox, site, now=NOW, jobs=1, by_bytes=by_bytes)
    assert page.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda content: content[:-9], "is damaged"),
        (lambda content: content.replace(b"mulmarugyeol", b"mulmarugyeoI", 1), "is damaged"),
        (lambda content: b"colophon build cache 0\n" + content[23:], "another version of Colophon"),
        (lambda content: b"", "another version of Colophon"),
    ],
    ids=["cut", "changed", "older", "empty"],
)
def test_a_cache_that_is_of_no_use_is_told_and_replaced(
    inbox: Path, tmp_path: Path, content: Callable[[bytes], bytes], reason: str
) -> None:
    site, cache = tmp_path / "site", tmp_path / "site.cache/build"
    _build(inbox, site)
    cache.write_bytes(content(cache.read_bytes()))
    again = _build(inbox, site)
    assert (again.posts, reason in again.reason) == (None, True)
    assert _build(inbox, site).posts == 0
    _check_against_clean_build(inbox, site, again)


def test_a_cache_of_another_inbox_is_not_used(inbox: Path, tmp_path: Path) -> None:
    site, other = tmp_path / "site", tmp_path / "other"
    _build(inbox, site)
    shutil.copytree(inbox, other)
    again = _build(other, site)
    assert str(inbox) in again.reason
    _check_against_clean_build(other, site, again)


def test_without_a_cache_nothing_is_kept(inbox: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    _build(inbox, site)
    assert _build(inbox, site, cached=False).posts is None
    assert not (tmp_path / "site.cache").exists()


def test_a_moment_decides_again_only_what_it_changes(inbox: Path, tmp_path: Path) -> None:
    site, text = tmp_path / "site", inbox / POST / "en.md"
    text.write_text(text.read_text().replace("---\n", '---\npublish_at: "2026-06-05T00:00:00+09:00"\n', 1))
    _build(inbox, site)
    assert _build(inbox, site, datetime(2026, 6, 2, tzinfo=UTC)).posts == 0
    later = datetime(2026, 6, 6, tzinfo=UTC)
    again = _build(inbox, site, later)
    assert again.posts
    _check_against_clean_build(inbox, site, again, later)
    assert (site / PAGE).exists()
    _check_against_clean_build(inbox, site, _build(inbox, site))


def test_a_build_that_is_killed_while_it_moves_files_is_finished_by_the_next(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, text = tmp_path / "site", inbox / POST / "en.md"
    _build(inbox, site)
    text.write_text(text.read_text().replace("Why do hives", "Why do all hives"))
    moved = []

    def fail(source: str, target: str) -> None:
        moved.append(target)
        if len(moved) == 2:
            raise KeyboardInterrupt
        replace(source, target)

    replace = os.replace
    with monkeypatch.context() as patch:
        patch.setattr("colophon_ops.build.changes.os.replace", fail)
        with pytest.raises(KeyboardInterrupt):
            _build(inbox, site)
    assert (tmp_path / ".site.changes.json").exists()
    again = _build(inbox, site)
    _check_against_clean_build(inbox, site, again)
    assert {path.name for path in tmp_path.glob(".site*")} == set()


def test_images_are_not_decoded_again(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, text = tmp_path / "site", inbox / POST / "en.md"
    _build(inbox, site)
    text.write_text(text.read_text().replace("That is all right.", "That is quite all right."))

    def fail(*_: object) -> None:
        raise AssertionError("an image was decoded")

    monkeypatch.setattr("colophon.stores.decoder.Decoder.make_copy", fail)
    assert _build(inbox, site).posts == 1
