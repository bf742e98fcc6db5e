"""What can still be read after a withdrawal, or could not be looked at, is named and never called proven."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.emulated.cli_driver import CliDriver, open_cli, sentence
from tests.emulated.uploads import Clinic, Post, picture, withdrawal_file

WITHDRAW = ("withdraw", "sorae/cough", "--kind", "gone", "--reason", "clinic-request", "--wait", "1")
DATED = ("--at", "2026-03-01T10:00:00+09:00", "--reference", "Order 12 (sample)")


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    """A stack with one withdrawn post; nothing works there any more, so that whatever is planted stays."""
    with open_cli(tmp_path_factory.mktemp("counter")) as cli:
        clinic = Clinic("sorae")
        cli.driver.put(clinic.key, clinic.record())
        cli.post(clinic)
        cli.driver.settle()
        cli.driver.put(POST.key("withdrawal.yaml"), withdrawal_file())
        cli.driver.settle()
        cli.driver.stack.dispatcher.stop()
        cli.use_site_url(cli.driver.site_url)
        yield cli


POST = Post("sorae", "cough")


def test_every_planted_trace_is_found_in_the_bucket_and_by_readers_and_nothing_else(cli: CliDriver) -> None:
    site = "https://shelf.example"
    planted = {
        POST.path("en")[1:] + "index.html": f"<p>{sentence('en', POST).replace('&', '&amp;')}</p>",
        POST.path("ko")[1:] + "index.html": "<p>A page that says nothing of it, but answers 200.</p>",
        min(cli.driver.objects(POST.images_folder())): picture(),
        "en/feed.xml": f'<a href="{site}{POST.path("en")}">?</a>',
        "ko/sorae/search-2026.json": '{"title": "' + sentence("ko", POST) + '"}',
        "en/sorae/2026/01/index.html": f'<meta content="{site}/{min(cli.driver.objects(POST.images_folder()))}">',
    }
    with cli.replace_objects(planted):
        proof = cli.proof(*WITHDRAW, *DATED, code=3)
    open_ones = {place["place"] for place in proof if place["verdict"] != "proven"}
    bucket, pages = f"s3://{cli.driver.stack.site_bucket}/", f"{cli.driver.site_url}/"
    named = {f"{bucket}{key}" for key in planted} | {f"{pages}{key.removesuffix('index.html')}" for key in planted}
    # The page of the month is looked at once more among the parts that a long year is listed by.
    parts = {f"{bucket}en/sorae/", f"{pages}en/sorae/"}
    assert open_ones - {f"{bucket}{POST.images_folder()}"} == named | parts
    assert f"{bucket}{POST.images_folder()}" in open_ones
    assert all(place["seconds"] is None for place in proof if place["verdict"] != "proven")
    told = next(place["found"] for place in proof if place["place"] == f"{bucket}{POST.path('en')[1:]}index.html")
    assert sentence("en", POST)[:40] in told


def test_a_live_row_of_the_index_is_found(cli: CliDriver) -> None:
    dynamodb, table = cli.driver.stack.client("dynamodb"), cli.driver.stack.table
    key = {"pk": {"S": "entries#en/sorae"}, "sk": {"S": "2026/01/15#cough"}}
    blank = dynamodb.get_item(TableName=table, Key=key)["Item"]
    entry = (
        '{"lang":"en","clinic":"sorae","posted":"2026-01-15","post":"cough","id":"x","entry":{"lang":"en",'
        '"clinic":"sorae","post":"cough","posted":"2026-01-15","title":"t","source_title":"s","excerpt":"e",'
        '"original":false,"reviewed":false,"published":"2026-01-15","modified":"","names":[],"languages":["en"]}}'
    )
    dynamodb.put_item(TableName=table, Item={**blank, "row": {"S": entry}})
    try:
        proof = cli.proof(*WITHDRAW, *DATED, code=3)
    finally:
        dynamodb.put_item(TableName=table, Item=blank)
    row = next(place for place in proof if place["place"] == "index: post sorae/cough")
    assert (row["verdict"], "entry of 2026-01-15" in row["found"]) == ("not proven", True)


def test_a_page_that_the_cdn_still_has_is_named_though_the_bucket_has_it_no_more(cli: CliDriver) -> None:
    with serve_stale(POST.path("en"), sentence("en", POST)) as url:
        cli.use_site_url(url)
        proof = cli.proof(*WITHDRAW, *DATED, code=3)
    found = {place["what"]: place["verdict"] for place in proof if POST.path("en") in place["place"]}
    assert found == {"page": "proven", "public page": "not proven"}


def test_a_site_that_does_not_answer_is_not_checked_and_never_proven(cli: CliDriver) -> None:
    cli.use_site_url("http://127.0.0.1:9")
    proof = cli.proof(*WITHDRAW, *DATED, code=3)
    public = {place["verdict"] for place in proof if place["what"].startswith("public")}
    assert public == {"not checked"}
    assert {place["verdict"] for place in proof if not place["what"].startswith("public")} == {"proven"}
    words = cli.run_command(*WITHDRAW, *DATED)
    assert words.returncode == 3
    assert "could not be checked" in words.stdout


def test_without_workers_nothing_is_proven_and_everything_still_live_is_named(cli: CliDriver) -> None:
    cli.use_site_url(cli.driver.site_url)
    cli.driver.stack.dispatcher.start()
    fever = cli.post(Clinic("sorae"), "fever")
    cli.driver.settle()
    cli.driver.stack.dispatcher.stop()
    proof = cli.proof("withdraw", "sorae/fever", *WITHDRAW[2:], code=3)
    verdicts = {place["place"]: place["verdict"] for place in proof}
    assert verdicts[f"{cli.driver.site_url}{fever.path('en')}"] == "not proven"
    assert verdicts[f"s3://{cli.driver.stack.site_bucket}/en/feed.json"] == "not proven"
    assert verdicts["index: post sorae/fever"] == "not proven"


class serve_stale:  # noqa: N801 - reads as what it is: with stale(...)
    """A CDN that kept one page, and knows nothing of any other."""

    def __init__(self, path: str, content: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kept = self.path == path
                self.send_response(200 if kept else 404)
                self.end_headers()
                self.wfile.write(content.encode() if kept else b"Nothing.")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
