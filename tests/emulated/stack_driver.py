"""What an uploader, a reader and an operator can do with one emulated stack, and nothing that they could not."""

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.stores.inbox_folder import InboxFolder
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/samples"
TEMPLATE = ROOT / "template.yaml"
# What no page outlives at the edge (s-maxage).
PAGE_SECONDS = 301.0


class Response(Struct, frozen=True):
    """One answer of the site, as it came over HTTP; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class StackDriver:
    """``site_url`` is where readers find the site of ``stack``."""

    def __init__(self, stack: LocalStack, site_url: str) -> None:
        self.stack, self.site_url = stack, site_url
        self._s3 = stack.client("s3")
        self._sqs = stack.client("sqs")

    def put(self, key: str, content: bytes | str) -> None:
        body = content.encode() if isinstance(content, str) else content
        self._s3.put_object(Bucket=self.stack.inbox_bucket, Key=key, Body=body)

    def put_folder(self, inbox: Path) -> None:
        """Every file of a folder that holds what an inbox bucket holds."""
        for key in list(InboxFolder(inbox).keys()):
            self.put(key, (inbox / key).read_bytes())

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self.stack.inbox_bucket, Key=key)

    def send_message(self, body: Mapping[str, Any]) -> None:
        """Send a message to the intake queue."""
        self._sqs.send_message(QueueUrl=self.stack.outputs["IntakeQueueUrl"], MessageBody=json.dumps(body))

    def settle(self, seconds: float = PAGE_SECONDS) -> None:
        """Wait until every message and every change has been answered for, and ``seconds`` by the edge's clock more:
        by default until the edge fetches every page again."""
        self.stack.dispatcher.run_until_idle(timeout=300)
        if isinstance(self.stack.clock, ManualClock):
            self.stack.clock.advance(seconds)

    def report(self, key: str) -> dict[str, Any]:
        """The report on ``key``; raises KeyError where there is none."""
        try:
            answer = self._s3.get_object(Bucket=self.stack.inbox_bucket, Key=f"reports/{key}.json")
        except ClientError as error:
            raise KeyError(key) from error
        report: dict[str, Any] = json.loads(answer["Body"].read())
        return report

    def state(self, key: str) -> str:
        return str(self.report(key)["state"])

    def report_text(self, key: str) -> str:
        """All that the report on ``key`` says in words, each problem with its fix."""
        return "\n".join(f"{problem['what']} {problem['fix']}" for problem in self.report(key)["problems"])

    def reports(self) -> Iterator[dict[str, Any]]:
        for key in self._keys(self.stack.inbox_bucket, "reports/"):
            yield self.report(key.removeprefix("reports/").removesuffix(".json"))

    def uploaded_keys(self) -> list[str]:
        """Every key that was ever uploaded to the inbox, Colophon's own reports aside."""
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.stack.inbox_bucket)
        keys = {entry["Key"] for page in pages for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))}
        return sorted(key for key in keys if not key.startswith("reports/"))

    def fetch(self, path: str, method: str = "GET", if_none_match: str = "") -> Response:
        """What a reader gets who asks the site for ``path`` (not yet percent-encoded), redirects not followed."""
        connection = http.client.HTTPConnection(urlsplit(self.site_url).netloc, timeout=20)
        try:
            held = {"If-None-Match": if_none_match} if if_none_match else {}
            connection.request(method, quote(path, safe="/%?=&"), headers=held)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, headers, answer.read())
        finally:
            connection.close()

    def objects(self, prefix: str = "") -> dict[str, str]:
        """The ETag of every object of the site, by key."""
        return dict(self._etags(prefix))

    def site_object(self, key: str) -> dict[str, Any]:
        """One object of the site with all that is stored beside it."""
        answer: dict[str, Any] = self._s3.get_object(Bucket=self.stack.site_bucket, Key=key)
        return {**answer, "Body": answer["Body"].read()}

    def inbox_object(self, key: str) -> bytes:
        """What the inbox holds at ``key`` now; raises KeyError where it holds nothing."""
        try:
            answer = self._s3.get_object(Bucket=self.stack.inbox_bucket, Key=key)
        except ClientError as error:
            raise KeyError(key) from error
        body: bytes = answer["Body"].read()
        return body

    def _etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.stack.site_bucket, Prefix=prefix)
        for page in pages:
            yield from ((entry["Key"], entry["ETag"]) for entry in page.get("Contents", []))

    def _keys(self, bucket: str, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from (entry["Key"] for entry in page.get("Contents", []))
