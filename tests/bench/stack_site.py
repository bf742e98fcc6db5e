"""A site of generated posts on a stack of template.yaml: every one uploaded, answered for and live."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PIL import Image

from colophon.images import recipe
from colophon.page.paths import page_key
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef
from colophon_cli.local_stack import LocalStack
from colophon_ops.republish import Republisher, open_republisher
from colophon_ops.target import Target
from colophon_ops.verify.compare import open_verifier
from tests.bench.corpus import SITE, clinic_file, edition
from tests.bench.post import POSTS_A_CLINIC, Clinic, Post, make_clinic, make_post

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TIMEOUT_SECONDS = 36_000.0
_PROGRESS_EVERY = 1_000


@dataclass
class StackSite:
    """``posts`` posts on ``stack``; ``clinic``: all of them are this one's. Each of ``pictured`` has one image."""

    stack: LocalStack
    posts: int
    clinic: Clinic | None = None
    pictured: range = range(0)

    def __post_init__(self) -> None:
        self._s3 = self.stack.client("s3")

    def fill(self) -> None:
        """Upload the site and all its posts, and wait until nothing is left to do."""
        self.open()
        # In the order of their days, as an archive is uploaded: listings of a year are made once for many posts.
        numbers = sorted(range(self.posts), key=lambda n: (self.clinic_of(n).key, make_post(n).posted))
        for start in range(0, self.posts, _PROGRESS_EVERY):
            self.put_posts(numbers[start : start + _PROGRESS_EVERY])
            print(f"{min(start + _PROGRESS_EVERY, self.posts):,} posts are live", file=sys.stderr, flush=True)

    def open(self) -> None:
        """Upload the site and its clinics, and wait until nothing is left to do."""
        self.put("site.yaml", SITE)
        for clinic in dict.fromkeys(self.clinic_of(number) for number in range(0, self.posts, POSTS_A_CLINIC)):
            self.put(f"clinics/{clinic.key}/clinic.yaml", clinic_file(clinic))
        self.wait_until_quiet()

    def put_posts(self, numbers: Iterable[int]) -> None:
        """Upload posts by their numbers, and wait until nothing is left to do."""
        for number in numbers:
            self._put_post(number)
        self.wait_until_quiet()

    def put(self, key: str, content: str | bytes) -> None:
        """Upload ``content`` to the inbox as ``key``."""
        body = content.encode() if isinstance(content, str) else content
        self._s3.put_object(Bucket=self.stack.inbox_bucket, Key=key, Body=body)

    def wait_until_quiet(self) -> None:
        """Wait until nothing waits anywhere."""
        self.stack.dispatcher.run_until_idle(TIMEOUT_SECONDS)

    def sweep(self) -> None:
        """The minute's sweep, and as many more as the day's round takes from where it is."""
        index = Index(self.stack.client("dynamodb"), self.stack.table)
        while True:
            self.stack.dispatcher.fire("SweepFunctionEveryMinute")
            self.wait_until_quiet()
            if not index.read_scan_cursor().after:
                return

    @contextmanager
    def run_workers(self) -> Iterator[Republisher]:
        """The stack at work in the background, as it always is while an operator republishes."""
        self.stack.dispatcher.start()
        try:
            yield open_republisher(self.target, TIMEOUT_SECONDS)
        finally:
            self.stack.dispatcher.stop()

    @cached_property
    def target(self) -> Target:
        stack = self.stack
        session = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, "", session)

    def post(self, number: int) -> Post:
        post = make_post(number)
        clinic = self.clinic_of(number)
        url = post.url.replace(post.clinic.blog, clinic.blog)
        body = post.body.replace(post.clinic.website, clinic.website)
        return replace(post, clinic=clinic, url=url, body=body)

    def clinic_of(self, number: int) -> Clinic:
        return self.clinic or make_clinic(number)

    def page(self, number: int) -> PageRef:
        return PageRef(PostRef(self.clinic_of(number).key, make_post(number).name), "en")

    def pages(self) -> list[str]:
        """The keys of all posts' pages."""
        return [page_key(self.page(number)) for number in range(self.posts)]

    def object(self, key: str) -> dict[str, Any]:
        """One object of the site, with all that is stored beside it."""
        found: dict[str, Any] = self._s3.get_object(Bucket=self.stack.site_bucket, Key=key)
        return {**found, "Body": found["Body"].read()}

    def _put_post(self, number: int) -> None:
        page, text = self.page(number), edition(self.post(number))
        if number in self.pictured:
            self.put(f"{page.post.folder}room.png", _drawing(number))
            text += "\n![A room](room.png)\n"
        self.put(page.key, text)

    def revisions(self) -> dict[str, int]:
        """How often each post's page was put, by its key."""
        heads = ((key, self._s3.head_object(Bucket=self.stack.site_bucket, Key=key)) for key in self.pages())
        return {key: int(head["Metadata"]["rev"]) for key, head in heads}

    def count_differences(self) -> int:
        """How many differences ``colophon verify`` finds between the site and a build."""
        found = open_verifier(self.target, recipe).verify(datetime.now(UTC), lambda *_: None).differences
        for one in found[:5]:
            print(f"differs: {one}", file=sys.stderr)
        return len(found)


def _drawing(number: int) -> bytes:
    content = BytesIO()
    Image.new("RGB", (600, 400), (number % 250, number // 250, 160)).save(content, "PNG")
    return content.getvalue()
