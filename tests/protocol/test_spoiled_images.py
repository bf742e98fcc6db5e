"""An image over whose files somebody wrote is made again, and nothing that was withdrawn meanwhile comes back."""

import os
from collections.abc import Mapping

import pytest

from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import SITE, Cloud
from tests.protocol.harness.explore import at_each_cut, single_faults
from tests.protocol.harness.schedules import Theatre, Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import ILLUSTRATED, ORDER_PICTURE, PICTURE, Scene, delete, made, put

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))


def asked_for_anew() -> Upload:
    """A ring from verify for the image, other bytes standing at every path of it."""

    def spoil(world: World) -> Message:
        for key, standing in world.cloud.site().items():
            if key.startswith("images/") and not standing.status:
                labels = {"Metadata": standing.metadata, "ContentType": standing.served[0]}
                world.cloud.s3.put_object(
                    Bucket=SITE, Key=key, Body=b"scrawl", CacheControl=standing.served[1], **labels
                )
        return Message("images", ring_body(Ring(PICTURE, fresh=True, anew=True)))

    spoil.place = "everywhere"  # type: ignore[attr-defined]
    return spoil


SCENES: Mapping[str, Scene] = {
    "and withdrawn": Scene(ILLUSTRATED, (asked_for_anew(), made(put(ORDER_PICTURE, texts.withdrawal())))),
    "and replaced": Scene(ILLUSTRATED, (asked_for_anew(), made(put(PICTURE, texts.drawing(2))))),
    "and deleted": Scene(ILLUSTRATED, (asked_for_anew(), made(delete(PICTURE)))),
}


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_comes_between_ends_in_the_site_of_a_clean_build(scene: str, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, SCENES[scene].before, SCENES[scene].parts)
    assert at_each_cut(theatre, "first", ["second"]) > 3
    if WHOLE:
        assert at_each_cut(theatre, "second", ["first"]) > 3
        assert single_faults(theatre, [("first", "second"), ("second", "first")]) > 10
