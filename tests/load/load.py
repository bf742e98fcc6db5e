"""What the loads share: their size, the stack with its live bytes, and the result of a load."""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from tests.emulated.uploads import SITE, Clinic
from tests.load.contents import LoadPost, photo
from tests.load.dev_process import DevProcess, Memory
from tests.load.observer import LiveBytes, Report, Uploads, count_states, wait_for_page

POSTS, FOLDER, VERSIONS, MONTH, ONE_MORE, TWO = (
    Clinic(f"load-{name}") for name in ("posts", "folder", "versions", "month", "one", "two")
)


# Clients of S3 that upload at once.
CLIENTS = 8


class Size(Struct, frozen=True):
    """How large the loads are. ``sent`` of the folder's ``files`` are uploaded by the command; ``counted`` of the last
    ``versions`` and of the ``month`` are measured.

    ``part`` divides the limits of the product. ``idle_timeout``: seconds without any change after which an upload
    counts as lost.
    """

    posts: int = 1_000
    files: int = 3_000
    sent: int = 600
    versions: int = 10_000
    month: int = 20_000
    counted: int = 200
    shared: int = 100
    part: int = 1
    idle_timeout: float = 240.0


WHOLE = Size()


class Result(Struct):
    """The result of one load: its figures, and what went wrong (``faults``). ``rows`` were put without an upload."""

    name: str
    uploads: int = 0
    rows: int = 0
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)
    median_wait: float = 0.0
    worst_wait: float = 0.0
    memory: list[Memory] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: bool, fault: str) -> None:
        """Add ``fault`` unless it ``holds``."""
        if not holds:
            self.faults.append(fault)


class Load:
    """What the loads share: the stack, its size, and how progress is shown."""

    def __init__(self, dev: DevProcess, size: Size, show: Callable[[str], None]) -> None:
        self.dev, self.size, self.show = dev, size, show
        self.live = LiveBytes(dev)
        self._more = 0

    def put_one_more(self) -> float:
        """Upload one more post with an image, in a clinic of its own; seconds until its page is live."""
        self._more += 1
        post, uploads = LoadPost(ONE_MORE, self._more), Uploads(self.dev)
        put_post(post, uploads, image=True)
        return wait_for_page(self.dev, post.page_key, self.size.idle_timeout)

    def settle(self) -> None:
        """Wait until no queue holds a message for now."""
        while self.dev.count_messages():
            time.sleep(0.5)


def put_post(post: LoadPost, uploads: Uploads, *, image: bool, said: str = "") -> None:
    if image:
        uploads.put(post.image_key, photo(post.number))
    uploads.put(post.text_key, post.text(image=image, said=said))


def write_inbox(folder: Path) -> None:
    """The folder that ``colophon dev`` starts with: the site and the clinics."""
    folder.mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE)
    for clinic in (POSTS, FOLDER, VERSIONS, MONTH, ONE_MORE, TWO):
        file = folder / clinic.key
        file.parent.mkdir(parents=True)
        file.write_text(clinic.record())


def run_upload(load: Load, inbox: Path) -> dict[str, Any]:
    command = load.dev.start_command("upload", str(inbox), "--json", "--wait", str(load.size.idle_timeout))
    output, errors = command.communicate()
    answer: dict[str, Any] = (
        json.loads(output) if output else {"sent": [], "unanswered": [], "outcomes": [], "errors": errors}
    )
    return {**answer, "code": command.returncode}


def newest_versions(dev: DevProcess, folder: str) -> dict[str, str]:
    pages = dev.s3.get_paginator("list_object_versions").paginate(Bucket=dev.inbox_bucket, Prefix=f"{folder}/")
    return {each["Key"]: each["VersionId"] for page in pages for each in page.get("Versions", []) if each["IsLatest"]}


def fill(
    result: Result,
    load: Load,
    versions: dict[str, str],
    reports: dict[str, Report],
    began: float,
    but: Iterable[str] = (),
) -> None:
    """Add what every load measures: states, missing reports, live pages that changed, and memory."""
    result.uploads, result.seconds = len(versions), time.monotonic() - began
    result.states = count_states(reports)
    lost = sorted(versions.keys() - reports)
    result.expect(not lost, f"{len(lost)} uploads have no report, such as {lost[:1]}")
    changed = load.live.find_changes(but=but)
    result.expect(not changed, f"{len(changed)} pages or images that were live changed, such as {changed[:1]}")
    result.memory.append(load.dev.measure_memory())
