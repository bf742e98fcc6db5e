"""``colophon withdraw`` of a post that moved: its earlier addresses lead to it no longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.emulated.cli_driver import CliDriver, open_cli, sentence
from tests.emulated.uploads import Clinic, Post, edition, picture, withdrawal_file

CLINIC = Clinic("sorae")
OLDEST, OLD, NEVER, NEW = (CLINIC.post(name) for name in ("oldest", "old", "never", "new"))
KEY_OF_NEVER = f"{NEVER.path('en')[1:]}index.html"
WITHDRAW = ("withdraw", "sorae/new", "--kind", "gone", "--reason", "clinic-request")


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    """A live post to which three earlier addresses lead, one of them by a post that itself was moved to."""
    with open_cli(tmp_path_factory.mktemp("counter")) as cli:
        cli.use_site_url(cli.driver.site_url)
        cli.driver.put(CLINIC.key, CLINIC.record())
        upload_moved(cli, OLD, OLDEST)
        upload_moved(cli, NEW, OLD, NEVER)
        cli.driver.delete(OLD.key("en.md"))
        cli.driver.settle()
        yield cli
        assert cli.failures.found() == []


def upload_moved(cli: CliDriver, post: Post, *earlier: Post) -> None:
    more = f"moved_from: [{', '.join(f'{one.clinic}/{one.name}' for one in earlier)}]\n"
    cli.driver.put(post.key("en.md"), edition(f"The title of {post.name}", body=sentence("en", post), more=more))
    cli.driver.settle()


def earlier_address_checks(cli: CliDriver, proof: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """What the proof says of the earlier addresses, in the bucket and for readers."""
    posts = (OLDEST, OLD, NEVER)
    places = {f"{cli.driver.site_url}{post.path('en')}" for post in posts}
    places |= {f"s3://{cli.driver.stack.site_bucket}{post.path('en')}index.html" for post in posts}
    found = {place["place"]: (place["verdict"], place["found"]) for place in proof}
    return {place: found.get(place, ("not looked at", "")) for place in places}


def test_earlier_addresses_are_read_in_the_bucket_and_by_readers_until_they_lead_nowhere(cli: CliDriver) -> None:
    led = {cli.driver.fetch(post.path("en")).headers.get("location") for post in (OLDEST, OLD, NEVER)}
    assert led == {NEW.path("en")}
    proof = cli.proof(*WITHDRAW)
    assert set(earlier_address_checks(cli, proof).values()) == {("proven", "404, leads nowhere")}
    assert {cli.driver.fetch(post.path("en")).status for post in (OLDEST, OLD, NEVER)} == {404}


def test_reinstated_every_earlier_address_is_read_until_it_leads_there_again(cli: CliDriver) -> None:
    cli.proof(*WITHDRAW)
    proof = cli.proof("reinstate", "sorae/new")
    led = f"leads to {NEW.path('en')}"
    assert set(earlier_address_checks(cli, proof).values()) == {("proven", f"301, {led}")}
    assert {cli.driver.fetch(post.path("en")).headers.get("location") for post in (OLDEST, OLD)} == {NEW.path("en")}


def test_an_earlier_address_that_was_withdrawn_itself_leads_on_again(cli: CliDriver) -> None:
    cli.driver.delete(NEW.key("withdrawal.yaml"))
    for stands in (NEVER.key("withdrawal.yaml"), OLD.key("en.md.withdrawal.yaml")):
        cli.driver.put(stands, withdrawal_file())
    cli.driver.settle()
    assert [cli.driver.fetch(post.path("en")).status for post in (OLDEST, OLD, NEVER)] == [404, 410, 410]
    for what, back in (("sorae/never", (NEVER,)), ("sorae/old/en", (OLDEST, OLD))):
        found = earlier_address_checks(cli, cli.proof("reinstate", what))
        read = {place: said for place, said in found.items() if any(post.path("en") in place for post in back)}
        assert set(read.values()) == {("proven", f"301, leads to {NEW.path('en')}")}


def test_images_that_were_left_at_an_earlier_address_are_named(cli: CliDriver) -> None:
    before, after = CLINIC.post("album"), CLINIC.post("new-album")
    cli.driver.put(before.key("en.md"), edition(body="![A throat](throat.png)"))
    cli.driver.put(before.key("throat.png"), picture())
    cli.driver.settle()
    upload_moved(cli, after, before)
    cli.driver.delete(before.key("en.md"))
    cli.driver.settle()
    withdraw = ("withdraw", "sorae/new-album", *WITHDRAW[2:])
    named = [place for place in cli.proof(*withdraw, code=3) if place["verdict"] != "proven"]
    assert [(place["what"], place["verdict"]) for place in named] == [("images left there", "held")]
    assert "colophon withdraw sorae/album takes them down" in named[0]["found"]
    cli.driver.delete(before.key("throat.png"))
    cli.driver.settle()
    cli.proof(*withdraw)


def test_a_redirect_that_is_left_is_named_though_the_index_knows_of_none_any_more(cli: CliDriver) -> None:
    cli.proof(*WITHDRAW)
    cli.driver.stack.dispatcher.stop()
    s3, place = cli.driver.stack.client("s3"), {"Bucket": cli.driver.stack.site_bucket, "Key": KEY_OF_NEVER}
    stood = cli.driver.site_object(KEY_OF_NEVER)
    s3.put_object(**place, Body=b"Moved.", Metadata={"status": "301", "kind": "moved", "location": NEW.path("en")})
    proof = cli.proof(*WITHDRAW, "--wait", "1", code=3)
    s3.put_object(**place, Body=stood["Body"], ContentType=stood["ContentType"], Metadata=stood["Metadata"])
    cli.driver.stack.dispatcher.start(skip_delays=True)
    found = earlier_address_checks(cli, proof)
    named = found.pop(f"s3://{cli.driver.stack.site_bucket}/{KEY_OF_NEVER}")
    assert named == ("not proven", f"301, still leads to {NEW.path('en')}")
    assert {place for place, (verdict, _) in found.items() if verdict != "proven"} <= {
        f"{cli.driver.site_url}{NEVER.path('en')}"
    }


def test_without_workers_no_earlier_address_is_reported_as_redirecting(cli: CliDriver) -> None:
    cli.proof(*WITHDRAW)
    cli.driver.stack.dispatcher.stop()
    found = earlier_address_checks(cli, cli.proof("reinstate", "sorae/new", "--wait", "1", code=3))
    cli.driver.stack.dispatcher.start(skip_delays=True)
    cli.driver.settle()
    assert {verdict for verdict, _ in found.values()} == {"not proven"}


def test_missing_redirects_are_reported(cli: CliDriver, tmp_path: Path) -> None:
    cli.proof(*WITHDRAW)
    with empty_site(tmp_path) as url:
        cli.use_site_url(url)
        proof = cli.proof("reinstate", "sorae/new", "--wait", "2", code=3)
    cli.use_site_url(cli.driver.site_url)
    verdicts = {(place["what"], place["verdict"]) for place in proof if "moved from" in place["what"]}
    assert verdicts == {("moved from", "proven"), ("public moved from", "not proven")}


@contextmanager
def empty_site(folder: Path) -> Iterator[str]:
    """The address of a site that has a front page and nothing else."""
    (folder / "index.html").write_text("Nothing here.")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
