"""A build: the tree it writes, and what it never touches."""

import json
from datetime import UTC, datetime
from pathlib import Path

from colophon_ops.build.build import build

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_the_site_is_written_with_what_became_of_each_upload(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(inbox, out, now=NOW)
    outcomes = json.loads((tmp_path / "site.outcomes.json").read_text())
    keys = [outcome["key"] for outcome in outcomes]
    assert keys == sorted(path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file())
    assert all(list(outcome) == ["key", "state", "url", "problems"] for outcome in outcomes)
    for outcome in outcomes:
        if outcome["key"].endswith(".md"):
            page = out / outcome["url"].removeprefix("https://archive.example/") / "index.html"
            assert page.is_file(), "live pages and the tombstones of withdrawn ones"
    assert len(list((out / "assets").glob("style.*.css"))) == 1
    assert len(list((out / "images").rglob("*.jpg"))) == 1


def test_a_build_replaces_the_earlier_one(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(inbox, out, now=NOW)
    kept, gone = out / "en/mulmarugyeol/hives-in-the-evening/index.html", out / "ko/dansolyeoul/silver-fillings"
    written = kept.stat().st_mtime_ns
    (inbox / "posts/dansolyeoul/silver-fillings/ko.md").unlink()
    (out / ".git").mkdir()
    (out / ".git/HEAD").write_text("mine")
    build(inbox, out, now=NOW)
    assert not gone.exists()
    assert kept.stat().st_mtime_ns == written, "what is the same stays untouched"
    assert (out / ".git/HEAD").read_text() == "mine"


def test_an_interrupted_build_can_be_built_over(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    (out / "en").mkdir(parents=True)
    (out / "outcomes.json").write_text("[]\n")
    (out / "en/half.html").write_text("half")
    build(inbox, out, now=NOW)
    assert not (out / "en/half.html").exists()
