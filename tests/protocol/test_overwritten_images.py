"""An image whose files were overwritten is made again, and nothing that was withdrawn meanwhile comes back."""

import os
from collections.abc import Mapping

import pytest

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SITE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.scheduler import Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import ILLUSTRATED, PICTURE, WITHDRAWAL_PICTURE, Scenario, as_image_message, delete, put

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))


def after_overwriting_files() -> Upload:
    """A request from verify for the image, with other bytes at each of its paths."""

    def spoil(world: World) -> Message:
        for key, standing in world.cloud.site().items():
            if key.startswith("images/") and not standing.status:
                labels = {"Metadata": standing.metadata, "ContentType": standing.served[0]}
                world.cloud.s3.put_object(
                    Bucket=SITE, Key=key, Body=b"scrawl", CacheControl=standing.served[1], **labels
                )
        return Message("images", encode_message(RefreshRequest(PICTURE, force=True, rebuild_files=True)))

    spoil.resource = "everywhere"  # type: ignore[attr-defined]
    return spoil


SCENES: Mapping[str, Scenario] = {
    "and withdrawn": Scenario(
        ILLUSTRATED, (after_overwriting_files(), as_image_message(put(WITHDRAWAL_PICTURE, contents.withdrawal())))
    ),
    "and replaced": Scenario(
        ILLUSTRATED, (after_overwriting_files(), as_image_message(put(PICTURE, contents.drawing(2))))
    ),
    "and deleted": Scenario(ILLUSTRATED, (after_overwriting_files(), as_image_message(delete(PICTURE)))),
}


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_comes_between_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, SCENES[scene].before, SCENES[scene].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    if WHOLE:
        assert at_each_switch(scheduler, "second", ["first"]) > 3
        assert single_faults(scheduler, [("first", "second"), ("second", "first")]) > 10
