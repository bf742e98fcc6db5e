"""``colophon withdraw`` and ``reinstate`` as they are typed, against a stack that runs in this process."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_ops import dev_file
from tests.emulated.desk import ROOT, TEMPLATE, Desk
from tests.emulated.open_desk import Amiss, watched
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture


class Counter(Struct, frozen=True):
    """A desk with the command beside it, started in ``place``, where build/dev.json says where the stack is."""

    desk: Desk
    amiss: Amiss
    place: Path

    def typed(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The command line in a process of its own, with nobody at its terminal."""
        program = [sys.executable, "-c", "from colophon_cli import main; main()", *words]
        unset = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = {**unset, "PYTHONPATH": str(ROOT / "shared"), "NO_COLOR": "1"}
        return subprocess.run(
            program,
            cwd=self.place,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def proof(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """The proof that the command prints with --json, ended with ``code``."""
        done = self.typed(*words, "--json")
        assert done.returncode == code, done.stdout + done.stderr
        places: list[dict[str, Any]] = json.loads(done.stdout)
        return places

    def site_named(self, site_url: str) -> None:
        """Have the command believe that readers find the site at ``site_url``."""
        stack = self.desk.stack
        here = dev_file.DevStack(stack.endpoint, stack.inbox_bucket, stack.site_bucket, stack.table, site_url)
        with contextlib.chdir(self.place):
            dev_file.write(here)

    @contextlib.contextmanager
    def replaced(self, contents: Mapping[str, bytes | str]) -> Iterator[None]:
        """Each object of the site replaced by something that can be read, for the time of the block."""
        s3, bucket = self.desk.stack.client("s3"), self.desk.stack.site_bucket
        before = {key: self.desk.site_object(key) for key in contents}
        for key, content in contents.items():
            body = content.encode() if isinstance(content, str) else content
            s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/html; charset=utf-8")
        try:
            yield
        finally:
            for key, kept in before.items():
                labels = {name: kept[name] for name in ("Body", "ContentType", "CacheControl", "Metadata")}
                s3.put_object(Bucket=bucket, Key=key, **labels)

    def post(self, clinic: Clinic, name: str = "cough") -> Post:
        """A live post in Korean and English with one image, told in sentences that no other post has."""
        post = clinic.post(name)
        self.desk.put(
            post.key("ko.md"), original(f"{name} 글의 제목입니다", body=f"{said('ko', post)}\n\n![목](throat.png)")
        )
        self.desk.put(post.key("en.md"), edition(f"The title of {post.clinic} {name}", body=_body(post)))
        self.desk.put(post.key("throat.png"), picture())
        return post


def said(lang: str, post: Post) -> str:
    """A sentence that only the edition in ``lang`` of ``post`` has."""
    if lang == "ko":
        return f"{post.clinic}의 {post.name} 글에만 있는 문장입니다."
    return f"Only the post {post.name} of {post.clinic} says so, & it says it twice."


def _body(post: Post) -> str:
    warning = f"※ Nobody but {post.clinic} warns of {post.name}."
    return f"{said('en', post)}\n\n![A throat that is sore](throat.png)\n\n{warning}"


@contextlib.contextmanager
def open_counter(place: Path) -> Iterator[Counter]:
    """A stack of its own with a valid site, at work in the background for the time of the block."""
    with LocalStack(_purging_at_once(place), serve_s3=True) as stack, serve_site(stack, 0) as server:
        counter = Counter(Desk(stack, server.url), watched(stack), place)
        counter.desk.put("site.yaml", SITE)
        stack.dispatcher.start(skip_delays=True)
        yield counter


def _purging_at_once(place: Path) -> Path:
    """The template, but that nobody waits until purges have gathered: every proof would take that much longer."""
    template, gathers = TEMPLATE.read_text(), "MaximumBatchingWindowInSeconds: 5"
    assert template.count(gathers) == 1
    project = place / "project"
    project.mkdir()
    for part in ("functions", "infra", "shared"):
        (project / part).symlink_to(ROOT / part)
    written = project / "template.yaml"
    written.write_text(template.replace(gathers, "MaximumBatchingWindowInSeconds: 1"))
    return written
