"""The live site beside a build of the inbox: every difference has a name, and a repair leaves none."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.stores.queues import PurgeQueue
from colophon_ops import target as targets
from colophon_ops.target import Target
from tests.emulated.command import Shell
from tests.emulated.desk import Desk
from tests.emulated.uploads import SITE, Clinic, Post, edition, order, original, picture

CLINIC = Clinic("sorae")
PAGE, LISTING = "en/sorae/cough/index.html", "en/sorae/2026/01/index.html"


@pytest.fixture(scope="module")
def shelf(empty_desk: Desk) -> Desk:
    """A site with a post in two languages, an image, a withdrawn post, and a file that is no edition."""
    desk, post = empty_desk, CLINIC.post()
    desk.put("site.yaml", SITE)
    desk.put(CLINIC.key, CLINIC.record())
    desk.put(post.key("ko.md"), original())
    desk.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    desk.put(post.key("throat.png"), picture())
    desk.put(post.key("notes.docx"), b"no edition")
    desk.put(CLINIC.post("sleep").key("en.md"), edition("A short sleep"))
    desk.put(CLINIC.post("sleep").key("withdrawal.yaml"), order())
    desk.settle()
    return desk


@pytest.fixture(autouse=True)
def _one_stack(shelf: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, session = shelf.stack, {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, shelf.site_url, session)
    monkeypatch.setattr(targets, "find_target", lambda _: target)
    monkeypatch.setenv("COLUMNS", "300")


@contextmanager
def at_work(desk: Desk) -> Iterator[None]:
    desk.stack.dispatcher.start(skip_delays=True)
    try:
        yield
    finally:
        desk.stack.dispatcher.stop()


def verified(shell: Shell, *words: str, code: int = 0) -> set[tuple[str, str]]:
    done = shell.run("verify", "--json", *words)
    assert done.exit_code == code, done
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["objects"] > 20
    return {(each["what"], each["key"]) for each in found["differences"]}


def put(desk: Desk, key: str, body: bytes, **labels: Any) -> None:
    desk.stack.client("s3").put_object(Bucket=desk.stack.site_bucket, Key=key, Body=body, **labels)


def take(desk: Desk, key: str) -> None:
    desk.stack.client("s3").delete_object(Bucket=desk.stack.site_bucket, Key=key)


def stored(desk: Desk, key: str) -> dict[str, Any]:
    found = desk.site_object(key)
    return {name: found[name] for name in ("ContentType", "CacheControl", "Metadata")}


def test_a_site_that_is_what_the_inbox_makes_has_no_difference(shelf: Desk, shell: Shell) -> None:
    assert verified(shell) == set()


def test_every_difference_is_named_and_mended(shelf: Desk, shell: Shell) -> None:
    picture_key = next(key for key in shelf.objects("images/") if key.endswith(".webp"))
    withdrawn = "en/sorae/sleep/index.html"
    page = shelf.site_object(PAGE)
    put(shelf, PAGE, page["Body"].replace(b"<main", b"<main "), **stored(shelf, PAGE))
    put(shelf, LISTING, shelf.site_object(LISTING)["Body"], **(stored(shelf, LISTING) | {"CacheControl": "no-store"}))
    put(shelf, withdrawn, page["Body"], **stored(shelf, PAGE))
    gone = (picture_key, "ko/sorae/feed.xml", "robots.txt", "ko/index.html", "en/sorae/search-2026.json")
    for key in gone:
        take(shelf, key)
    inbox = shelf.stack.client("s3"), shelf.stack.inbox_bucket
    inbox[0].delete_object(Bucket=inbox[1], Key=f"reports/{CLINIC.key}.json")
    inbox[0].put_object(Bucket=inbox[1], Key="reports/site.yaml.json", Body=b"{}")
    expected = {
        ("different", PAGE),
        ("served otherwise", LISTING),
        ("served otherwise", withdrawn),
        ("different", withdrawn),
        ("report", CLINIC.key),
        ("report", "site.yaml"),
        *(("missing", key) for key in gone),
    }
    assert verified(shell, code=1) == expected
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    shelf.settle()
    assert shelf.show("/en/sorae/sleep/").status == 410


def test_a_row_that_says_otherwise_is_named_and_mended(shelf: Desk, shell: Shell) -> None:
    key = {"pk": {"S": "post#sorae/cough"}, "sk": {"S": "post"}}
    shelf.stack.client("dynamodb").delete_item(TableName=shelf.stack.table, Key=key)
    folder = CLINIC.post().folder
    names = {f"{folder}{name}" for name in ("en.md", "ko.md", "throat.png")}
    assert verified(shell, code=1) == {("outcome", name) for name in names}
    with at_work(shelf):
        verified(shell, "--repair")


def test_what_nothing_makes_is_told_of_and_stays(shelf: Desk, shell: Shell) -> None:
    put(shelf, "en/sorae/never/index.html", b"<p>Nobody wrote this.</p>")
    assert verified(shell, code=1) == {("extra", "en/sorae/never/index.html")}
    told = shell.run("verify")
    assert "extra  en/sorae/never/index.html  status 200, but nothing in the inbox makes it" in told.stdout
    assert f"aws s3 rm s3://{shelf.stack.site_bucket}/en/sorae/never/index.html" in told.stdout
    take(shelf, "en/sorae/never/index.html")


def test_an_image_of_other_bytes_or_headers_is_made_again(shelf: Desk, shell: Shell) -> None:
    post = CLINIC.post("thirst")
    shelf.put(post.key("en.md"), edition("A long thirst", body="![A well](well.png)"))
    shelf.put(post.key("well.png"), picture(40))
    shelf.settle()
    pictures = sorted(shelf.objects(post.images_folder()))
    webp, jpeg = (next(key for key in pictures if key.endswith(ending)) for ending in ("webp", "jpg"))
    sound = shelf.site_object(webp)["Body"]
    put(shelf, webp, b"scrawl", **stored(shelf, webp))
    put(shelf, jpeg, shelf.site_object(jpeg)["Body"], **(stored(shelf, jpeg) | {"CacheControl": "no-store"}))
    assert shelf.show(f"/{webp}").body == b"scrawl"
    assert verified(shell, code=1) == {("different", webp), ("served otherwise", jpeg)}
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    assert shelf.show(f"/{webp}").body == sound
    shelf.settle()


def test_an_image_that_was_replaced_and_put_back_by_somebody_gets_its_tombstone_again(
    shelf: Desk, shell: Shell
) -> None:
    post = CLINIC.post()
    before = {key: shelf.site_object(key) for key in shelf.objects(post.images_folder())}
    shelf.put(post.key("throat.png"), picture(60))
    shelf.settle()
    key = min(key for key in before if key not in verified_live(shelf, post.images_folder()))
    put(shelf, key, before[key]["Body"], ContentType="image/webp")
    assert verified(shell, code=1) == {("extra", key)}
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    assert shelf.show(f"/{key}").status == 410
    shelf.settle()


def verified_live(desk: Desk, prefix: str) -> set[str]:
    return {key for key in desk.objects(prefix) if "status" not in desk.site_object(key)["Metadata"]}


def test_what_the_edge_keeps_though_it_was_taken_down_is_named_and_forgotten(shelf: Desk, shell: Shell) -> None:
    post = CLINIC.post("rest")
    shelf.put(post.key("en.md"), edition("A long rest", body="![A bed](bed.png)"))
    shelf.put(post.key("bed.png"), picture())
    shelf.settle()
    image, page = shelf.report(post.key("bed.png"))["url"], post.path("en")
    assert [shelf.show(path).status for path in (image, page)] == [200, 200]
    shelf.put(post.key("withdrawal.yaml"), order())
    with purges_lost(shelf):
        shelf.settle(0)
    assert [shelf.show(path).status for path in (image, page)] == [200, 200], "nobody told the edge"
    named = {("stale at the edge", image[1:]), ("stale at the edge", f"{page[1:]}index.html")}
    assert verified(shell, code=1) == named
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    assert [shelf.show(path).status for path in (image, page)] == [410, 410]
    shelf.settle()


@contextmanager
def purges_lost(desk: Desk) -> Iterator[None]:
    """Every message to the purge function is taken out of its queue by somebody else."""
    queue = desk.stack.outputs["PurgeQueueUrl"]
    sqs, heard = desk.stack.client("sqs"), PurgeQueue.send
    PurgeQueue.send = lambda *_: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        PurgeQueue.send = heard  # type: ignore[method-assign]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_a_public_address_that_does_not_answer_is_said_and_never_called_the_same(
    shelf: Desk, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = replace(targets.find_target(""), site_url="http://127.0.0.1:9")
    monkeypatch.setattr(targets, "find_target", lambda _: away)
    assert verified(shell, code=3) == set()
    assert "The CDN's cache was not checked." in shell.run("verify").stderr


def test_the_same_bytes_uploaded_again_are_no_difference_and_another_version_is(shelf: Desk, shell: Shell) -> None:
    post, image = CLINIC.post("again"), CLINIC.post("again").key("step.png")
    uploads: dict[str, bytes | str] = {
        "site.yaml": SITE,
        CLINIC.key: CLINIC.record(),
        post.key("en.md"): edition("Once more", body="![A step](step.png)"),
        image: picture(80),
        f"{image}.withdrawal.yaml": order(),
        CLINIC.post("sleep").key("withdrawal.yaml"): order(),
    }
    for _ in range(2):
        for key, content in uploads.items():
            shelf.put(key, content)
        shelf.settle()
    assert verified(shell) == set()
    page = post.key("en.md")
    answered = row_of(shelf, post)
    shelf.put(page, edition("Once less", body="![A step](step.png)"))
    shelf.put(page, uploads[page])
    shelf.settle()
    put_row(shelf, answered)
    assert verified(shell, code=1) == {("outcome", page), ("report", page)}
    newest = shelf.report(page)["version"]
    told = shell.run("verify").stdout
    assert f"{page}  the index's outcome is for an earlier version: " in told
    assert f", should be for {newest}\n" in told
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    shelf.settle()


@pytest.mark.parametrize("place", ["entries#en/sorae", "recent#en"])
def test_an_entry_that_listings_lost_is_named_and_mended(place: str, shelf: Desk, shell: Shell) -> None:
    post = CLINIC.post("nap")
    shelf.put(post.key("en.md"), edition("A nap after lunch").replace("2026-01-15", "2026-01-05"))
    shelf.settle()
    name = post.name if place.startswith("entries#") else f"{post.clinic}/{post.name}"
    key = {"pk": {"S": place}, "sk": {"S": f"2026/01/05#{name}"}}
    table = shelf.stack.client("dynamodb"), shelf.stack.table
    assert "Item" in table[0].get_item(TableName=table[1], Key=key)
    table[0].delete_item(TableName=table[1], Key=key)
    shelf.settle()
    named = verified(shell, code=1)
    listing = "en/sorae/2026/01/index.html" if place.startswith("entries#") else "en/feed.xml"
    assert {("entry", post.key("en.md")), ("different", listing)} <= named
    with at_work(shelf):
        assert verified(shell, "--repair") == set()
    assert "Item" in table[0].get_item(TableName=table[1], Key=key)
    shelf.settle()


def row_of(desk: Desk, post: Post) -> dict[str, Any]:
    key = {"pk": {"S": f"post#{post.clinic}/{post.name}"}, "sk": {"S": "post"}}
    answer = desk.stack.client("dynamodb").get_item(TableName=desk.stack.table, Key=key)
    item: dict[str, Any] = answer["Item"]
    return item


def put_row(desk: Desk, item: dict[str, Any]) -> None:
    desk.stack.client("dynamodb").put_item(TableName=desk.stack.table, Item=item)
