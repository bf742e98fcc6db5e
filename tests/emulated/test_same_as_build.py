"""What the cloud makes of an inbox is what ``colophon build`` makes of the same folder, and so is what it says."""

from datetime import UTC, datetime
from pathlib import Path

from tests.emulated.desk import SAMPLES
from tests.emulated.open_desk import open_desk
from tests.emulated.tree import built, standing_in
from tests.samples.cases import all_in_one


def test_the_samples_make_the_same_site_and_the_same_outcomes() -> None:
    expected = built(SAMPLES / "inbox", datetime.now(UTC))
    assert {outcome["state"] for outcome in expected.outcomes.values()} == {"live", "withdrawn", "superseded"}
    with open_desk() as desk:
        desk.put_folder(SAMPLES / "inbox")
        desk.settle()
        assert standing_in(desk).differences(expected) == []


def test_what_is_refused_and_what_waits_ends_the_same_too(tmp_path: Path) -> None:
    inbox = all_in_one(tmp_path / "inbox", tmp_path / "apart")
    expected = built(inbox, datetime.now(UTC))
    assert {outcome["state"] for outcome in expected.outcomes.values()} >= {"refused", "waiting", "scheduled"}
    with open_desk() as desk:
        desk.put_folder(inbox)
        desk.settle()
        assert standing_in(desk).differences(expected) == []
