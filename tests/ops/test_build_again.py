"""A build after changes makes the bytes of a clean build, and little else."""

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
