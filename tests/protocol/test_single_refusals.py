"""One handler alone, with nothing that comes later and makes good what it left undone: every kind of fault at every
call, each once."""

from collections.abc import Mapping

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import single_faults
from tests.protocol.harness.scheduler import Participant, Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.scenarios import ILLUSTRATED, PICTURE, as_image_message, put

ALONE: Mapping[str, tuple[tuple[Upload, ...], Upload]] = {
    # The page shows it at once: a file that was not put leads nowhere.
    "an image that replaces another": (ILLUSTRATED, as_image_message(put(PICTURE, contents.drawing(2)))),
    # The image function hears of it by one message.
    "an image that is handed on": (ILLUSTRATED, put(PICTURE, contents.drawing(2))),
}


@pytest.mark.parametrize("name", ALONE)
def test_any_fault_at_any_call_ends_in_the_site_of_a_clean_build(
    name: str, account: Cloud, transport: Transport
) -> None:
    before, upload = ALONE[name]
    scheduler = Scheduler(account, transport, before, (Participant("first", upload),))
    assert single_faults(scheduler, [("first",)], thorough=True) > 5
