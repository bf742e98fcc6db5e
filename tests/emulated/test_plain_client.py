"""``colophon dev`` and nothing but the ``aws`` command: uploaded, live, reported."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from PIL import Image

from tests.emulated.stack_driver import ROOT
from tests.emulated.uploads import SITE, Clinic, edition

_SECONDS = 90.0
_PART = 5 * 1024 * 1024
CLINIC = Clinic("sorae")
_CONFIG = f"""\
[default]
region = us-east-1
s3 =
  multipart_threshold = {_PART}
  multipart_chunksize = {_PART}
"""


def aws_command() -> Path:
    """The ``aws`` of `make tools`, else any on PATH; skips where there is none."""
    found = shutil.which("aws", path=f"{ROOT / '.venv-tools/bin'}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip("there is no aws command here: `make tools` brings one")
    return Path(found)


class Client(Struct, frozen=True):
    """The ``aws`` command with settings of its own, pointed at a running ``colophon dev``."""

    command: Path
    folder: Path
    where: dict[str, str]

    def aws(self, *arguments: str) -> str:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "anyone",
            "AWS_SECRET_ACCESS_KEY": "anything",
            "AWS_CONFIG_FILE": str(self.folder / "aws-config"),
        }
        line = [str(self.command), "--endpoint-url", self.where["endpoint"], *arguments]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise FileNotFoundError(done.stderr)
        return str(done.stdout)

    def upload(self, content: bytes | str, key: str) -> None:
        source = self.folder / "to-upload"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        self.aws("s3", "cp", str(source), f"s3://{self.where['inbox_bucket']}/{key}")

    def report(self, key: str) -> dict[str, Any]:
        copied = self.aws("s3", "cp", f"s3://{self.where['inbox_bucket']}/reports/{key}.json", "-")
        report: dict[str, Any] = json.loads(copied)
        return report

    def parts(self, key: str) -> int:
        """In how many parts an object was uploaded, as its ETag says; 0 for one that was not."""
        bucket = self.where["inbox_bucket"]
        etag = json.loads(self.aws("s3api", "head-object", "--bucket", bucket, "--key", key))["ETag"].strip('"')
        return int(etag.partition("-")[2] or 0)

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.where["site_url"] + path, timeout=20) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A running ``colophon dev`` on a small inbox; it has to end well when it is told to stop."""
    command, folder = aws_command(), tmp_path_factory.mktemp("dev")
    (folder / "aws-config").write_text(_CONFIG)
    for key, content in (("site.yaml", SITE), (CLINIC.key, CLINIC.record())):
        (folder / "inbox" / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / "inbox" / key).write_text(content, "utf-8")
    colophon = Path(sys.executable).with_name("colophon")
    arguments = [str(colophon), "dev", "inbox", "--template", str(ROOT / "template.yaml")]
    with (folder / "log").open("w+b") as log, subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=log) as dev:
        try:
            said = folder / "build/dev.json"
            patiently(lambda: said.exists() or dev.poll() is not None)
            assert dev.poll() is None, (folder / "log").read_text()
            yield Client(command, folder, json.loads(said.read_text()))
        finally:
            dev.terminate()
            dev.wait(timeout=60)
        assert dev.returncode == 0, (folder / "log").read_text()


def test_a_post_copied_by_aws_is_live_and_its_report_is_there(client: Client) -> None:
    post = CLINIC.post("cough")
    client.upload(edition(title="A cough that stays"), post.key("en.md"))
    patiently(lambda: "A cough that stays" in client.page(post.path("en")))
    patiently(lambda: client.report(post.key("en.md"))["state"] == "live")
    assert client.report(post.key("en.md"))["url"].endswith(post.path("en"))


def test_a_broken_post_copied_by_aws_gets_a_report_that_says_what_to_fix(client: Client) -> None:
    post = CLINIC.post("fever")
    client.upload(edition(more="author: somebody\n"), post.key("en.md"))
    patiently(lambda: client.report(post.key("en.md"))["state"] == "refused")
    assert client.report(post.key("en.md"))["problems"][0]["field"] == "author"


def test_a_photo_in_several_parts_is_one_upload_and_its_page_goes_live(client: Client, tmp_path: Path) -> None:
    post, photo = CLINIC.post("rash"), tmp_path / "photo.bmp"
    Image.effect_noise((1500, 1300), 90).convert("RGB").save(photo, "PNG", compress_level=0)
    assert photo.stat().st_size > _PART
    client.upload(edition(body="![A rash](photo.png)"), post.key("en.md"))
    client.upload(photo.read_bytes(), post.key("photo.png"))
    assert client.parts(post.key("photo.png")) == 2
    patiently(lambda: client.report(post.key("en.md"))["state"] == "live")
    url = client.report(post.key("photo.png"))["url"]
    assert url.removeprefix(client.where["site_url"]) in client.page(post.path("en"))
    with urllib.request.urlopen(url, timeout=20) as answer:
        assert Image.open(answer).size == (1500, 1300)


def patiently(holds: Callable[[], bool]) -> None:
    """Wait until ``holds``; what is not there yet may raise OSError. Fails after a while."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.3)
