"""The live site beside a build of the inbox: every difference has a name, and a repair leaves none."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.listings.search_index import MOST_SHARDS
from colophon.stores.queues import PurgeQueue
from colophon_ops.target import Target
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture, withdrawal_file

CLINIC = Clinic("sorae")
PAGE, LISTING = "en/sorae/cough/index.html", "en/sorae/2026/01/index.html"


@pytest.fixture(scope="module")
def shared_driver(empty_driver: StackDriver) -> StackDriver:
    """A site with a post in two languages, an image, a withdrawn post, and a file that is no edition."""
    driver, post = empty_driver, CLINIC.post()
    driver.put("site.yaml", SITE)
    driver.put(CLINIC.key, CLINIC.record())
    driver.put(post.key("ko.md"), original(body="12방울을 드세요."))
    driver.settle()
    driver.put(post.key("ko.md"), original(body="20방울을 드세요."))
    driver.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    driver.put(post.key("throat.png"), picture())
    driver.put(post.key("notes.docx"), b"no edition")
    driver.put(CLINIC.post("sleep").key("en.md"), edition("A short sleep"))
    driver.put(CLINIC.post("sleep").key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    return driver


@pytest.fixture
def target(shared_driver: StackDriver) -> Target:
    stack, session = (
        shared_driver.stack,
        {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"},
    )
    return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, shared_driver.site_url, session)


@pytest.fixture(autouse=True)
def _one_stack(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "300")


@contextmanager
def at_work(driver: StackDriver) -> Iterator[None]:
    driver.stack.dispatcher.start(skip_delays=True)
    try:
        yield
    finally:
        driver.stack.dispatcher.stop()


def verify(shell: Shell, *words: str, code: int = 0) -> set[tuple[str, str]]:
    done = shell.run("verify", "--json", *words)
    assert done.exit_code == code, done
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["objects"] > 20
    return {(each["what"], each["key"]) for each in found["differences"]}


def put(driver: StackDriver, key: str, body: bytes, **labels: Any) -> None:
    driver.stack.client("s3").put_object(Bucket=driver.stack.site_bucket, Key=key, Body=body, **labels)


def remove(driver: StackDriver, key: str) -> None:
    driver.stack.client("s3").delete_object(Bucket=driver.stack.site_bucket, Key=key)


def stored(driver: StackDriver, key: str) -> dict[str, Any]:
    found = driver.site_object(key)
    return {name: found[name] for name in ("ContentType", "CacheControl", "Metadata")}


def test_a_site_that_is_what_the_inbox_makes_has_no_difference(shared_driver: StackDriver, shell: Shell) -> None:
    assert verify(shell) == set()


def test_a_report_that_says_which_numbers_changed_is_no_difference(shared_driver: StackDriver, shell: Shell) -> None:
    assert "12" in json.dumps(shared_driver.report(CLINIC.post().key("ko.md"))["hints"])
    assert verify(shell) == set()


def test_every_difference_is_named_and_mended(shared_driver: StackDriver, shell: Shell) -> None:
    picture_key = next(key for key in shared_driver.objects("images/") if key.endswith(".webp"))
    withdrawn = "en/sorae/sleep/index.html"
    page = shared_driver.site_object(PAGE)
    put(shared_driver, PAGE, page["Body"].replace(b"<main", b"<main "), **stored(shared_driver, PAGE))
    put(
        shared_driver,
        LISTING,
        shared_driver.site_object(LISTING)["Body"],
        **(stored(shared_driver, LISTING) | {"CacheControl": "no-store"}),
    )
    put(shared_driver, withdrawn, page["Body"], **stored(shared_driver, PAGE))
    gone = (picture_key, "ko/sorae/feed.xml", "robots.txt", "ko/index.html", "en/sorae/search-2026.json")
    for key in gone:
        remove(shared_driver, key)
    inbox = shared_driver.stack.client("s3"), shared_driver.stack.inbox_bucket
    inbox[0].delete_object(Bucket=inbox[1], Key=f"reports/{CLINIC.key}.json")
    reporter = shared_driver.stack.client("s3", "ReportFunction")
    reporter.put_object(Bucket=inbox[1], Key="reports/site.yaml.json", Body=b"{}")
    expected = {
        ("different", PAGE),
        ("served otherwise", LISTING),
        ("served otherwise", withdrawn),
        ("different", withdrawn),
        ("report", CLINIC.key),
        ("report", "site.yaml"),
        *(("missing", key) for key in gone),
    }
    assert verify(shell, code=1) == expected
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    shared_driver.settle()
    assert shared_driver.fetch("/en/sorae/sleep/").status == 410


def test_a_row_that_says_otherwise_is_named_and_mended(shared_driver: StackDriver, shell: Shell) -> None:
    key = {"pk": {"S": "post#sorae/cough"}, "sk": {"S": "post"}}
    shared_driver.stack.client("dynamodb").delete_item(TableName=shared_driver.stack.table, Key=key)
    folder = CLINIC.post().folder
    names = {f"{folder}{name}" for name in ("en.md", "ko.md", "throat.png")}
    assert verify(shell, code=1) == {("outcome", name) for name in names}
    with at_work(shared_driver):
        verify(shell, "--repair")


def test_an_object_that_nothing_makes_is_reported_and_stays(shared_driver: StackDriver, shell: Shell) -> None:
    put(shared_driver, "en/sorae/never/index.html", b"<p>Nobody wrote this.</p>")
    assert verify(shell, code=1) == {("extra", "en/sorae/never/index.html")}
    told = shell.run("verify")
    assert "extra  en/sorae/never/index.html  status 200, but nothing in the inbox makes it" in told.stdout
    assert f"aws s3 rm s3://{shared_driver.stack.site_bucket}/en/sorae/never/index.html" in told.stdout
    remove(shared_driver, "en/sorae/never/index.html")


def test_an_image_of_other_bytes_or_headers_is_made_again(shared_driver: StackDriver, shell: Shell) -> None:
    post = CLINIC.post("thirst")
    shared_driver.put(post.key("en.md"), edition("A long thirst", body="![A well](well.png)"))
    shared_driver.put(post.key("well.png"), picture(40))
    shared_driver.settle()
    pictures = sorted(shared_driver.objects(post.images_folder()))
    webp, jpeg = (next(key for key in pictures if key.endswith(ending)) for ending in ("webp", "jpg"))
    sound = shared_driver.site_object(webp)["Body"]
    put(shared_driver, webp, b"scrawl", **stored(shared_driver, webp))
    put(
        shared_driver,
        jpeg,
        shared_driver.site_object(jpeg)["Body"],
        **(stored(shared_driver, jpeg) | {"CacheControl": "no-store"}),
    )
    assert shared_driver.fetch(f"/{webp}").body == b"scrawl"
    assert verify(shell, code=1) == {("different", webp), ("served otherwise", jpeg)}
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    assert shared_driver.fetch(f"/{webp}").body == sound
    shared_driver.settle()


def test_an_overwritten_tombstone_of_a_replaced_image_is_restored(shared_driver: StackDriver, shell: Shell) -> None:
    post = CLINIC.post()
    before = {key: shared_driver.site_object(key) for key in shared_driver.objects(post.images_folder())}
    shared_driver.put(post.key("throat.png"), picture(60))
    shared_driver.settle()
    key = min(key for key in before if key not in verify_live(shared_driver, post.images_folder()))
    put(shared_driver, key, before[key]["Body"], ContentType="image/webp")
    assert verify(shell, code=1) == {("extra", key)}
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    assert shared_driver.fetch(f"/{key}").status == 410
    shared_driver.settle()


def verify_live(driver: StackDriver, prefix: str) -> set[str]:
    return {key for key in driver.objects(prefix) if "status" not in driver.site_object(key)["Metadata"]}


def test_what_the_edge_keeps_though_it_was_taken_down_is_named_and_forgotten(
    shared_driver: StackDriver, shell: Shell
) -> None:
    post = CLINIC.post("rest")
    shared_driver.put(post.key("en.md"), edition("A long rest", body="![A bed](bed.png)"))
    shared_driver.put(post.key("bed.png"), picture())
    shared_driver.settle()
    image, page = shared_driver.report(post.key("bed.png"))["url"], post.path("en")
    assert [shared_driver.fetch(path).status for path in (image, page)] == [200, 200]
    shared_driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    with purges_lost(shared_driver):
        shared_driver.settle(0)
    assert [shared_driver.fetch(path).status for path in (image, page)] == [200, 200], "nobody told the edge"
    named = {("stale at the edge", image[1:]), ("stale at the edge", f"{page[1:]}index.html")}
    assert verify(shell, code=1) == named
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    assert [shared_driver.fetch(path).status for path in (image, page)] == [410, 410]
    shared_driver.settle()


@contextmanager
def purges_lost(driver: StackDriver) -> Iterator[None]:
    """Every message to the purge function is taken out of its queue by another client."""
    queue = driver.stack.outputs["PurgeQueueUrl"]
    sqs, heard = driver.stack.client("sqs"), PurgeQueue.send
    PurgeQueue.send = lambda *_: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        PurgeQueue.send = heard  # type: ignore[method-assign]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_a_public_address_that_does_not_answer_is_said_and_never_called_the_same(
    shared_driver: StackDriver, target: Target, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = replace(target, site_url="http://127.0.0.1:9")
    use_target(away, monkeypatch)
    assert verify(shell, code=3) == set()
    assert "The CDN's cache was not checked." in shell.run("verify").stderr


def test_the_same_bytes_uploaded_again_are_no_difference_and_another_version_is(
    shared_driver: StackDriver, shell: Shell
) -> None:
    post, image = CLINIC.post("again"), CLINIC.post("again").key("step.png")
    uploads: dict[str, bytes | str] = {
        "site.yaml": SITE,
        CLINIC.key: CLINIC.record(),
        post.key("en.md"): edition("Once more", body="![A step](step.png)"),
        image: picture(80),
        f"{image}.withdrawal.yaml": withdrawal_file(),
        CLINIC.post("sleep").key("withdrawal.yaml"): withdrawal_file(),
    }
    for _ in range(2):
        for key, content in uploads.items():
            shared_driver.put(key, content)
        shared_driver.settle()
    assert verify(shell) == set()
    page = post.key("en.md")
    answered = row_of(shared_driver, post)
    shared_driver.put(page, edition("Once less", body="![A step](step.png)"))
    shared_driver.put(page, uploads[page])
    shared_driver.settle()
    put_row(shared_driver, answered)
    assert verify(shell, code=1) == {("outcome", page), ("report", page)}
    newest = shared_driver.report(page)["version"]
    told = shell.run("verify").stdout
    assert f"{page}  the index's outcome is for an earlier version: " in told
    assert f", should be for {newest}\n" in told
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    shared_driver.settle()


@pytest.mark.parametrize("place", ["entries#en/sorae", "recent#en"])
def test_an_entry_that_listings_lost_is_named_and_mended(place: str, shared_driver: StackDriver, shell: Shell) -> None:
    post = CLINIC.post("nap")
    shared_driver.put(post.key("en.md"), edition("A nap after lunch").replace("2026-01-15", "2026-01-05"))
    shared_driver.settle()
    name = post.name if place.startswith("entries#") else post.clinic
    key = {"pk": {"S": place}, "sk": {"S": f"2026/01/05#{name}"}}
    table = shared_driver.stack.client("dynamodb"), shared_driver.stack.table
    assert "Item" in table[0].get_item(TableName=table[1], Key=key)
    table[0].delete_item(TableName=table[1], Key=key)
    shared_driver.settle()
    named = verify(shell, code=1)
    assert ("entry", post.key("en.md")) in named
    # A day that is not noted hides no post of a clinic that has newer ones.
    assert (("different", "en/sorae/2026/01/index.html") in named) is place.startswith("entries#")
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    assert "Item" in table[0].get_item(TableName=table[1], Key=key)
    shared_driver.settle()


def test_a_file_of_the_search_that_only_a_lost_row_named_is_taken_down(
    shared_driver: StackDriver, shell: Shell
) -> None:
    post, table = CLINIC.post("alone"), shared_driver.stack.client("dynamodb")
    shared_driver.put(post.key("ja.md"), edition("Alone in its language"))
    shared_driver.settle()
    (file,) = [key for number in range(MOST_SHARDS) if is_live(shared_driver, key := f"ja/search/{number:02}.json")]
    table.delete_item(TableName=shared_driver.stack.table, Key={"pk": {"S": "search"}, "sk": {"S": "ja"}})
    shared_driver.delete(post.key("ja.md"))
    shared_driver.settle()
    assert is_live(shared_driver, file)
    assert verify(shell, code=1) == {("extra", file)}
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    assert not is_live(shared_driver, file)
    shared_driver.settle()


def is_live(driver: StackDriver, key: str) -> bool:
    return driver.fetch(f"/{key}").status == 200


def test_tags_of_a_withdrawn_clinic_have_its_tombstone_though_no_build_makes_it(
    shared_driver: StackDriver, shell: Shell
) -> None:
    clinic, key = Clinic("noeul"), "en/noeul/tags/walking/index.html"
    shared_driver.put(clinic.key, clinic.record())
    shared_driver.put(clinic.post("walk").key("en.md"), edition("A walk", more="tags: [walking]\n"))
    shared_driver.settle()
    assert shared_driver.fetch("/en/noeul/tags/walking/").status == 200
    shared_driver.put(clinic.withdrawal_key, withdrawal_file("legal"))
    shared_driver.settle()
    assert shared_driver.fetch("/en/noeul/tags/walking/").status == 451
    assert verify(shell) == set()
    stood = shared_driver.site_object(key)
    put(shared_driver, key, stood["Body"], **stored(shared_driver, key) | {"Metadata": {"status": "404"}})
    assert verify(shell, code=1) == {("served otherwise", key)}
    with at_work(shared_driver):
        assert verify(shell, "--repair") == set()
    shared_driver.settle()


def row_of(driver: StackDriver, post: Post) -> dict[str, Any]:
    key = {"pk": {"S": f"post#{post.clinic}/{post.name}"}, "sk": {"S": "post"}}
    answer = driver.stack.client("dynamodb").get_item(TableName=driver.stack.table, Key=key)
    item: dict[str, Any] = answer["Item"]
    return item


def put_row(driver: StackDriver, item: dict[str, Any]) -> None:
    driver.stack.client("dynamodb").put_item(TableName=driver.stack.table, Item=item)
