"""Posts that moved, in a build and in a check: each address leads to the one post that claims it."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colophon_ops.build.build import build
from colophon_ops.check import check

CLINIC = "mulmarugyeol"
OLD, OTHER = "ten-minute-winter-shower", "hives-in-the-evening"


def moved(inbox: Path, post: str, *earlier: str, number: int = 0) -> None:
    """Every text of ``post`` says that it moved from these posts of its clinic; ``number``: of a copy of it."""
    folder = inbox / "posts" / CLINIC / post
    if number:
        folder = Path(shutil.copytree(folder, folder.with_name(f"{post}-{number}")))
    for text in folder.glob("*.md"):
        claims = f"moved_from: [{', '.join(f'{CLINIC}/{name}' for name in earlier)}]\n"
        text.write_text(re.sub("^source:", f"{claims}source:", text.read_text(), count=1, flags=re.MULTILINE))


def built(inbox: Path, jobs: int = 1) -> dict[str, list[str]]:
    """Build, and return the problems of each upload about ``moved_from``."""
    build(inbox, inbox.parent / "site", now=datetime.now(UTC), jobs=jobs)
    outcomes = json.loads((inbox.parent / "site.outcomes.json").read_text())
    keys = [outcome["key"] for outcome in outcomes]
    assert len(set(keys)) == len(keys) == sum(path.is_file() for path in inbox.rglob("*"))
    return {
        outcome["key"]: [problem["what"] for problem in outcome["problems"] if problem["field"] == "moved_from"]
        for outcome in outcomes
    }


def leads_to(inbox: Path, post: str, lang: str = "en") -> str:
    """The post to which an address leads; empty where nothing is there, ``page`` where a page is."""
    page = inbox.parent / "site" / lang / CLINIC / post / "index.html"
    if not page.exists():
        return ""
    link = re.search(
        r'<meta name="colophon-status" content="301">\s*<link rel="canonical" href="([^"]+)"', page.read_text()
    )
    return link[1].split("/")[3] if link else "page"


def test_an_address_at_which_nothing_is_leads_to_the_post_that_claims_it(inbox: Path) -> None:
    moved(inbox, OLD, "earlier", "and-before")
    told = built(inbox)
    assert {leads_to(inbox, name, lang) for name in ("earlier", "and-before") for lang in ("en", "ko")} == {OLD}
    assert told[f"posts/{CLINIC}/{OLD}/en.md"] == []


def test_a_live_page_stays_and_its_claimant_is_told(inbox: Path) -> None:
    moved(inbox, OLD, OLD, number=2)
    told = built(inbox)
    assert leads_to(inbox, OLD) == "page"
    (said,) = told[f"posts/{CLINIC}/{OLD}-2/en.md"]
    assert "still shows a page of its own" in said


def test_of_two_claims_none_counts_and_both_are_told(inbox: Path) -> None:
    moved(inbox, OLD, "earlier", number=2)
    moved(inbox, OLD, "earlier", number=3)
    told = built(inbox)
    assert leads_to(inbox, "earlier") == ""
    for number, other in ((2, 3), (3, 2)):
        (said,) = told[f"posts/{CLINIC}/{OLD}-{number}/en.md"]
        assert f"({CLINIC}/{OLD}-{other})" in said


def test_what_waits_leads_on_and_takes_its_own_earlier_addresses_along(inbox: Path) -> None:
    moved(inbox, OLD, "earlier", number=2)
    for text in (inbox / "posts" / CLINIC / f"{OLD}-2").glob("*.md"):
        text.write_text(text.read_text() + "\n![A picture that never came](never.png)\n")
    moved(inbox, OLD, f"{OLD}-2", number=3)
    built(inbox)
    assert [leads_to(inbox, name) for name in (f"{OLD}-2", "earlier")] == [f"{OLD}-3"] * 2


def test_a_withdrawal_beats_a_redirect_and_ends_the_claims_of_what_it_withdraws(inbox: Path) -> None:
    moved(inbox, OLD, "earlier", "held-back")
    held = inbox / "posts" / CLINIC / "held-back"
    held.mkdir()
    order = 'kind: gone\nreason: clinic-request\nat: "2026-03-01T10:00:00+09:00"\n'
    (held / "withdrawal.yaml").write_text(order)
    (said,) = built(inbox)[f"posts/{CLINIC}/{OLD}/en.md"]
    assert f"{CLINIC}/held-back is withdrawn (posts/{CLINIC}/held-back/withdrawal.yaml)" in said
    assert (leads_to(inbox, "earlier"), leads_to(inbox, "held-back")) == (OLD, "page")
    (inbox / "posts" / CLINIC / OLD / "withdrawal.yaml").write_text(order)
    built(inbox)
    assert (leads_to(inbox, "earlier"), leads_to(inbox, "held-back")) == ("", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_any_number_of_processes_builds_the_same(inbox: Path, jobs: int) -> None:
    for number in range(2, 12):
        moved(inbox, OLD, f"earlier-{number}", "all", number=number)
    told = built(inbox, jobs)
    assert {leads_to(inbox, f"earlier-{number}") == f"{OLD}-{number}" for number in range(2, 12)} == {True}
    assert leads_to(inbox, "all") == ""
    assert len(told[f"posts/{CLINIC}/{OLD}-2/en.md"]) == 1


def test_check_tells_of_a_page_that_still_stands(inbox: Path) -> None:
    moved(inbox, OTHER, OLD)
    (checked,) = check([inbox / "posts" / CLINIC / OTHER], now=datetime.now(UTC))
    said = [problem.what for outcome in checked.outcomes for problem in outcome.problems]
    assert any(f"The earlier address {CLINIC}/{OLD} still shows a page of its own" in what for what in said)
