"""What the README shows is what happens."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from colophon.decision.rows import Outcome
from colophon.images import recipe
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PostRef
from colophon_cli.app import COMMANDS
from colophon_ops.build.posts import build_posts
from colophon_ops.build.rows import build_site_row

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SAMPLES = ROOT / "tests/samples/inbox"
POST = PostRef("neouljae", "first-steps")


def test_the_example_waits_for_its_image_as_shown_and_then_goes_live(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    shutil.copytree(SAMPLES / "clinics", inbox / "clinics")
    shutil.copy(SAMPLES / "site.yaml", inbox)
    folder = inbox / POST.folder
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(_block("markdown"))

    report = json.loads(_block("json"))
    del report["version"]
    assert _edition(inbox).as_json() == report

    shutil.copy(SAMPLES / "posts/neouljae/morning-heel-pain/towel-stretch.jpg", folder / "heel.jpg")
    assert _edition(inbox).state == "live"


def test_the_pipeline_that_it_shows_is_the_one_that_a_test_runs() -> None:
    """``tests/emulated/test_client.py`` does."""
    pipeline = (ROOT / "tests/emulated/pipeline.py").read_text()
    assert _block("python") == pipeline
    assert len(pipeline.splitlines()) <= 30


def test_the_commands_it_names_exist() -> None:
    named = set(re.findall(r"\| `colophon ([a-z-]+)", README))
    assert named
    assert named <= COMMANDS.keys()


def _block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def _edition(inbox: Path) -> Outcome:
    source = InboxFolder(inbox)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    site = build_site_row(source, now)
    outcomes = (outcome for built in build_posts([POST], source, site, now, recipe) for outcome in built.outcomes)
    return next(outcome for outcome in outcomes if outcome.key.endswith("en.md"))
