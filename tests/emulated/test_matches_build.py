"""What the cloud makes of an inbox is what ``colophon build`` makes of the same folder, and so is what it says.

Here of what waits and of half of what is refused, the other half on the next day. Of the samples as a whole:
``test_commands``; in any order: ``test_delivery_order``.
"""

from datetime import UTC, datetime
from pathlib import Path

from tests.emulated.compared_site import build_folder, read_site
from tests.emulated.open_stack import open_stack
from tests.rotating_seeds import share_of_the_day
from tests.samples.cases import all_cases, merge_cases


def test_what_is_refused_and_what_waits_ends_the_same(tmp_path: Path) -> None:
    refused = [case for case in all_cases() if case.folder.parent.name == "refused"]
    waiting = [case for case in all_cases() if case not in refused]
    inbox = merge_cases([*share_of_the_day(refused, 2), *waiting], tmp_path / "inbox", tmp_path / "apart")
    expected = build_folder(inbox, datetime.now(UTC))
    assert {outcome["state"] for outcome in expected.outcomes.values()} >= {"refused", "waiting", "scheduled"}
    with open_stack() as driver:
        driver.put_folder(inbox)
        driver.settle()
        assert read_site(driver).differences(expected) == []
