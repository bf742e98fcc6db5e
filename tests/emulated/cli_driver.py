"""``colophon withdraw`` and ``reinstate`` as they are typed, against a stack that runs in this process."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_ops import dev_file
from tests.command_server import run_command
from tests.emulated.open_stack import Failures, watch
from tests.emulated.stack_driver import ROOT, TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture

if TYPE_CHECKING:
    import subprocess


class CliDriver(Struct, frozen=True):
    """A stack with the command beside it, run in ``folder``, where build/dev.json has the addresses of the stack."""

    driver: StackDriver
    failures: Failures
    folder: Path

    def run_command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The command line in a process of its own, without a terminal."""
        unset = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return run_command(*words, cwd=self.folder, env={**unset, "NO_COLOR": "1"})

    def proof(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """The proof that the command prints with --json, ended with ``code``."""
        done = self.run_command(*words, "--json")
        assert done.returncode == code, done.stdout + done.stderr
        checks: list[dict[str, Any]] = json.loads(done.stdout)
        return checks

    def use_site_url(self, site_url: str) -> None:
        """Have the command believe that readers find the site at ``site_url``."""
        stack = self.driver.stack
        here = dev_file.DevStack(stack.endpoint, stack.inbox_bucket, stack.site_bucket, stack.table, site_url)
        with contextlib.chdir(self.folder):
            dev_file.write(here)

    @contextlib.contextmanager
    def replace_objects(self, contents: Mapping[str, bytes | str]) -> Iterator[None]:
        """Each object of the site replaced by something that can be read, for the time of the block."""
        s3, bucket = self.driver.stack.client("s3"), self.driver.stack.site_bucket
        before = {key: self.driver.site_object(key) for key in contents}
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
        self.driver.put(
            post.key("ko.md"), original(f"{name} 글의 제목입니다", body=f"{sentence('ko', post)}\n\n![목](throat.png)")
        )
        self.driver.put(post.key("en.md"), edition(f"The title of {post.clinic} {name}", body=_body(post)))
        self.driver.put(post.key("throat.png"), picture())
        return post


def sentence(lang: str, post: Post) -> str:
    """A sentence that only the edition in ``lang`` of ``post`` has."""
    if lang == "ko":
        return f"{post.clinic}의 {post.name} 글에만 있는 문장입니다."
    return f"Only the post {post.name} of {post.clinic} says so, & it says it twice."


def _body(post: Post) -> str:
    warning = f"※ Nobody but {post.clinic} warns of {post.name}."
    return f"{sentence('en', post)}\n\n![A throat that is sore](throat.png)\n\n{warning}"


@contextlib.contextmanager
def open_cli(folder: Path, *, large_run: bool = False) -> Iterator[CliDriver]:
    """A stack of its own with a valid site, at work in the background for the time of the block."""
    template = _template_that_purges_at_once(folder)
    with LocalStack(template, serve_s3=True, large_run=large_run) as stack, serve_site(stack, 0) as server:
        cli = CliDriver(StackDriver(stack, server.url), watch(stack), folder)
        cli.driver.put("site.yaml", SITE)
        stack.dispatcher.start(skip_delays=True)
        yield cli


def _template_that_purges_at_once(folder: Path) -> Path:
    """The template with a shorter batching window for purges: every proof would wait for it."""
    template, gathers = TEMPLATE.read_text(), "MaximumBatchingWindowInSeconds: 5"
    assert template.count(gathers) == 1
    project = folder / "project"
    project.mkdir()
    for name in ("functions", "infra", "shared"):
        (project / name).symlink_to(ROOT / name)
    template_file = project / "template.yaml"
    template_file.write_text(template.replace(gathers, "MaximumBatchingWindowInSeconds: 1"))
    return template_file
