"""What the cloud makes of an inbox is what ``colophon build`` makes of the same folder, and so is what it says.

Here of what is refused or waits; of the samples in ``test_commands`` as a whole, in ``test_orders`` in any order.
"""

from datetime import UTC, datetime
from pathlib import Path

from tests.emulated.compared_site import build_folder, read_site
from tests.emulated.open_stack import open_stack
from tests.samples.cases import all_in_one


def test_what_is_refused_and_what_waits_ends_the_same(tmp_path: Path) -> None:
    inbox = all_in_one(tmp_path / "inbox", tmp_path / "apart")
    expected = build_folder(inbox, datetime.now(UTC))
    assert {outcome["state"] for outcome in expected.outcomes.values()} >= {"refused", "waiting", "scheduled"}
    with open_stack() as driver:
        driver.put_folder(inbox)
        driver.settle()
        assert read_site(driver).differences(expected) == []
