"""One batch for each event source mapping of the template, and for the schedule."""

import json
from collections.abc import Mapping
from datetime import timedelta

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.door_events import UNREADABLE, s3_test_event
from tests.protocol.harness.door_faults import DoorScene
from tests.protocol.harness.doors import Doors
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE

OTHER = f"posts/{contents.CLINIC}/b-side/en.md"
PUBLISHING = ("PublishFunctionIntake", "ImageFunctionImages")


def two_posts(doors: Doors) -> None:
    """A post in one language, with a picture, and a second one."""
    site_and_clinic = doors.put(SITE, contents.site(1)), doors.put(CLINIC, contents.clinic(1))
    picture = doors.put(PICTURE, contents.drawing(1))
    texts = doors.put(EN, contents.edition("en", 1, "room.png")), doors.put(OTHER, contents.edition("en", 1, post="b"))
    doors.notify(*site_and_clinic)
    doors.notify(picture, *texts)


def _uploads(doors: Doors) -> None:
    doors.send("intake", s3_test_event(), UNREADABLE)
    doors.notify(doors.put(EN, contents.edition("en", 2, "room.png")), doors.put(PICTURE, contents.drawing(2)))
    doors.notify(doors.delete(OTHER))
    doors.notify(doors.put(CLINIC, contents.clinic(2)))


def _republish(doors: Doors) -> None:
    folders = RefreshRequest(contents.POST, is_folder=True, force=True), RefreshRequest("posts/", is_folder=True)
    doors.send("slow", *map(encode_message, folders), UNREADABLE)


def _picture(doors: Doors) -> None:
    doors.put(PICTURE, contents.drawing(2))
    doors.send("image", encode_message(RefreshRequest(PICTURE)))


def _published(doors: Doors) -> None:
    """A correction, a withdrawal and a clinic's new name, which publish and image have handled."""
    doors.notify(doors.put(EN, contents.edition("en", 2, "room.png", posted="2026-02-27")))
    doors.notify(doors.put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()))
    doors.notify(doors.put(CLINIC, contents.clinic(2)))
    doors.run_until_quiet(*PUBLISHING)


def _listed(doors: Doors) -> None:
    """A correction that relist has followed; what it has rebuilt by messages waits."""
    doors.notify(doors.put(EN, contents.edition("en", 2, "room.png")))
    doors.run_until_quiet(*PUBLISHING, "RelistFunctionChanges")


def _reported(doors: Doors) -> None:
    """Texts that are live, refused and withdrawn, of two posts."""
    doors.notify(doors.put(EN, contents.refused(2)), doors.put(KO, contents.edition("ko", 1)))
    doors.notify(doors.put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()))
    doors.run_until_quiet(*PUBLISHING)


def _one_reported(doors: Doors) -> None:
    doors.notify(doors.put(EN, contents.refused(2)))
    doors.run_until_quiet(*PUBLISHING)


def _tags(doors: Doors) -> None:
    """More than one invalidation takes; and one message that has no tags."""
    names = [f"p:clinic-{number}/a-post" for number in range(1_002)]
    halves = (["l:en", *names[:501]], ["l:ko", *names[501:]])
    doors.send("purge", *(json.dumps({"tags": some}) for some in halves), UNREADABLE)


def _a_minute_passes(doors: Doors) -> None:
    """What is due, an upload whose notification was lost, and a key that no notification tells of."""
    due = (doors.now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    doors.notify(doors.put(KO, contents.edition("ko", 1, publish_at=due)))
    doors.run_until_quiet()
    doors.put(EN, contents.edition("en", 2, "room.png"))
    doors.put("notes.txt", b"of nobody")
    doors.clock.advance(timedelta(days=2).total_seconds())


SCENES: Mapping[str, DoorScene] = {
    "uploads": DoorScene("PublishFunctionIntake", two_posts, _uploads),
    "republish": DoorScene("PublishFunctionSlow", two_posts, _republish),
    "a picture": DoorScene("ImageFunctionImages", two_posts, _picture),
    "changes": DoorScene("RelistFunctionChanges", two_posts, _published),
    "listings": DoorScene("RelistFunctionListings", two_posts, _listed),
    "reports": DoorScene("ReportFunctionChanges", two_posts, _reported),
    "one report": DoorScene("ReportFunctionChanges", two_posts, _one_reported),
    "tags": DoorScene("PurgeFunctionTags", two_posts, _tags),
    "a minute": DoorScene("async SweepFunction", two_posts, _a_minute_passes),
}
