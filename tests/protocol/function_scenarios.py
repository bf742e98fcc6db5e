"""One batch for each event source mapping of the template, and for the schedule."""

import json
from collections.abc import Mapping
from datetime import timedelta

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.deployed_functions import DeployedFunctions
from tests.protocol.harness.function_events import UNREADABLE, s3_test_event
from tests.protocol.harness.function_faults import FunctionScenario
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE

OTHER = f"posts/{contents.CLINIC}/b-side/en.md"
PUBLISHING = ("PublishFunctionIntake", "ImageFunctionImages")


def two_posts(deployed: DeployedFunctions) -> None:
    """A post in one language, with a picture, and a second one."""
    site_and_clinic = deployed.put(SITE, contents.site(1)), deployed.put(CLINIC, contents.clinic(1))
    picture = deployed.put(PICTURE, contents.drawing(1))
    texts = (
        deployed.put(EN, contents.edition("en", 1, "room.png")),
        deployed.put(OTHER, contents.edition("en", 1, post="b")),
    )
    deployed.notify(*site_and_clinic)
    deployed.notify(picture, *texts)


def _uploads(deployed: DeployedFunctions) -> None:
    deployed.send("intake", s3_test_event(), UNREADABLE)
    deployed.notify(deployed.put(EN, contents.edition("en", 2, "room.png")), deployed.put(PICTURE, contents.drawing(2)))
    deployed.notify(deployed.delete(OTHER))
    deployed.notify(deployed.put(CLINIC, contents.clinic(2)))


def _republish(deployed: DeployedFunctions) -> None:
    folders = RefreshRequest(contents.POST, is_folder=True, force=True), RefreshRequest("posts/", is_folder=True)
    deployed.send("slow", *map(encode_message, folders), UNREADABLE)


def _picture(deployed: DeployedFunctions) -> None:
    deployed.put(PICTURE, contents.drawing(2))
    deployed.send("image", encode_message(RefreshRequest(PICTURE)))


def _published(deployed: DeployedFunctions) -> None:
    """A correction, a withdrawal and a new name of a clinic, handled by publish and image."""
    deployed.notify(deployed.put(EN, contents.edition("en", 2, "room.png", posted="2026-02-27")))
    deployed.notify(deployed.put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()))
    deployed.notify(deployed.put(CLINIC, contents.clinic(2)))
    deployed.run_until_quiet(*PUBLISHING)


def _listed(deployed: DeployedFunctions) -> None:
    """A correction whose records relist has handled; the messages that it sent are waiting."""
    deployed.notify(deployed.put(EN, contents.edition("en", 2, "room.png")))
    deployed.run_until_quiet(*PUBLISHING, "RelistFunctionChanges")


def _reported(deployed: DeployedFunctions) -> None:
    """Live, refused and withdrawn texts of two posts."""
    deployed.notify(deployed.put(EN, contents.refused(2)), deployed.put(KO, contents.edition("ko", 1)))
    deployed.notify(deployed.put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()))
    deployed.run_until_quiet(*PUBLISHING)


def _one_reported(deployed: DeployedFunctions) -> None:
    deployed.notify(deployed.put(EN, contents.refused(2)))
    deployed.run_until_quiet(*PUBLISHING)


def _tags(deployed: DeployedFunctions) -> None:
    """More tags than fit in one invalidation, and a message without tags."""
    names = [f"p:clinic-{number}/a-post" for number in range(1_002)]
    halves = (["l:en", *names[:501]], ["l:ko", *names[501:]])
    deployed.send("purge", *(json.dumps({"tags": some}) for some in halves), UNREADABLE)


def _a_minute_passes(deployed: DeployedFunctions) -> None:
    """A due text, an upload whose notification was lost, and an unknown key without a notification."""
    due = (deployed.now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    deployed.notify(deployed.put(KO, contents.edition("ko", 1, publish_at=due)))
    deployed.run_until_quiet()
    deployed.put(EN, contents.edition("en", 2, "room.png"))
    deployed.put("notes.txt", b"notes")
    deployed.clock.advance(timedelta(days=2).total_seconds())


SCENARIOS: Mapping[str, FunctionScenario] = {
    "uploads": FunctionScenario("PublishFunctionIntake", two_posts, _uploads),
    "republish": FunctionScenario("PublishFunctionSlow", two_posts, _republish),
    "a picture": FunctionScenario("ImageFunctionImages", two_posts, _picture),
    "changes": FunctionScenario("RelistFunctionChanges", two_posts, _published),
    "listings": FunctionScenario("RelistFunctionListings", two_posts, _listed),
    "reports": FunctionScenario("ReportFunctionChanges", two_posts, _reported),
    "one report": FunctionScenario("ReportFunctionChanges", two_posts, _one_reported),
    "tags": FunctionScenario("PurgeFunctionTags", two_posts, _tags),
    "a minute": FunctionScenario("async SweepFunction", two_posts, _a_minute_passes),
}
