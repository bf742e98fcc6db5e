"""``colophon withdraw``: gone everywhere, each place with its second; ``reinstate``: back, or why not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest

from tests.emulated.counter import Counter, open_counter, said
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, order, original

LANGS = ("ko", "en", "ja")
ORDER = ("--kind", "gone", "--reason", "clinic-request")
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0).isoformat()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with open_counter(tmp_path_factory.mktemp("counter")) as counter:
        yield counter
        assert counter.amiss.found() == []


@pytest.fixture
def counter(opened: Counter) -> Counter:
    opened.site_named(opened.desk.site_url)
    return opened


@pytest.fixture
def clinic(counter: Counter, request: pytest.FixtureRequest) -> Clinic:
    made = Clinic(f"clinic-{crc32(request.node.nodeid.encode())}")
    counter.desk.put(made.key, made.record())
    return made


@pytest.fixture
def post(counter: Counter, clinic: Clinic) -> Post:
    made = counter.post(clinic)
    counter.desk.settle()
    assert counter.desk.show(made.path("en")).status == 200
    return made


def name_of(post: Post) -> str:
    return f"{post.clinic}/{post.name}"


def test_a_withdrawn_post_is_proven_gone_at_every_place_with_its_second(counter: Counter, post: Post) -> None:
    mentioning = {key for key in counter.desk.objects() if f"/{name_of(post)}/" in text(counter, key)}
    assert len(mentioning) > 17
    images = list(counter.desk.objects(post.images_folder()))
    assert images
    proof = counter.proof("withdraw", name_of(post), *ORDER)
    assert {place["verdict"] for place in proof} == {"proven"}
    assert mentioning <= {place["place"].partition(f"{counter.desk.stack.site_bucket}/")[2] for place in proof}
    assert all(isinstance(place["seconds"], float) and place["found"] for place in proof)
    found = {place["place"]: place["found"] for place in proof}
    bucket, site = f"s3://{counter.desk.stack.site_bucket}", counter.desk.site_url
    for lang in ("ko", "en"):
        assert found[f"{bucket}{post.path(lang)}index.html"].startswith("410, none of")
        assert found[f"{site}{post.path(lang)}"].startswith("410, none of")
    assert all(found[f"{place}/{key}"] == "410" for key in images for place in (bucket, site))
    assert still_read(counter, post) == []


@pytest.mark.parametrize(
    ("kind", "more", "status"),
    [
        ("legal", (), 451),
        ("withdrawn", (), 410),
        ("hold", ("--until", NEXT_WEEK), 404),
    ],
)
def test_each_kind_is_proven_by_its_own_status(
    counter: Counter, post: Post, kind: str, more: tuple[str, ...], status: int
) -> None:
    proof = counter.proof("withdraw", name_of(post), "--kind", kind, "--reason", "legal", *more)
    found = {place["found"].split(",")[0] for place in proof if place["what"] == "public page"}
    assert found == {str(status)}


def kept_at_the_edge(counter: Counter) -> None:
    """Readers have just read all there is."""
    for key in counter.desk.objects():
        counter.desk.show(f"/{key.removesuffix('index.html')}")


def test_an_edition_goes_alone_and_its_siblings_are_read_too(counter: Counter, post: Post) -> None:
    kept_at_the_edge(counter)
    address = SITE_URL + post.path("en")
    proof = counter.proof("withdraw", address, *ORDER)
    siblings = [place["place"] for place in proof if place["what"] == "sibling"]
    assert siblings == [f"s3://{counter.desk.stack.site_bucket}{post.path('ko')}index.html"]
    assert [counter.desk.show(post.path(lang)).status for lang in ("ko", "en")] == [200, 410]


def test_an_image_goes_alone_in_every_size(counter: Counter, post: Post) -> None:
    keys = set(counter.desk.objects(post.images_folder()))
    kept_at_the_edge(counter)
    proof = counter.proof("withdraw", f"/{min(keys)}", *ORDER)
    read = {
        place["place"].partition(f"{counter.desk.stack.site_bucket}/")[2] for place in proof if place["what"] == "image"
    }
    assert read >= keys
    assert {counter.desk.show(f"/{key}").status for key in counter.desk.objects(post.images_folder())} == {410}
    assert counter.desk.show(post.path("en")).status == 200


def test_another_image_of_the_same_stem_stays_and_does_not_stand_against_the_proof(
    counter: Counter, post: Post
) -> None:
    counter.desk.put(post.key("throat.jpg"), counter.desk.inbox_object(post.key("throat.png")))
    counter.desk.settle()
    counter.proof("withdraw", f"{name_of(post)}/throat.png", *ORDER)
    assert counter.desk.show(counter.desk.report(post.key("throat.jpg"))["url"]).status == 200


def test_a_clinic_goes_with_all_its_posts_and_is_asked_about(counter: Counter, clinic: Clinic) -> None:
    posts = [clinic.post(f"post-{number}") for number in range(7)]
    for each in posts:
        for lang in LANGS:
            counter.desk.put(each.key(f"{lang}.md"), original() if lang == "ko" else edition(body=said(lang, each)))
    counter.desk.settle()
    unasked = counter.typed("withdraw", clinic.name, *ORDER)
    assert unasked.returncode == 2
    assert "21 pages in 7 posts" in unasked.stderr
    assert counter.desk.show(posts[0].path("en")).status == 200
    proof = counter.proof("withdraw", clinic.name, *ORDER, "--yes")
    assert {place["verdict"] for place in proof} == {"proven"}
    assert {counter.desk.show(post.path(lang)).status for post in posts for lang in LANGS} == {410}
    assert still_read(counter, *posts) == []


def test_sentences_that_a_living_post_has_too_are_no_trace(counter: Counter, clinic: Clinic, post: Post) -> None:
    twin = clinic.post("twin")
    counter.desk.put(twin.key("en.md"), counter.desk.inbox_object(post.key("en.md")))
    counter.desk.put(twin.key("throat.png"), counter.desk.inbox_object(post.key("throat.png")))
    counter.desk.settle()
    proof = counter.proof("withdraw", name_of(post), *ORDER)
    assert {place["verdict"] for place in proof} == {"proven"}
    assert counter.desk.show(twin.path("en")).status == 200


def test_an_order_that_stands_is_only_proven_again_and_no_hold_takes_its_place(counter: Counter, post: Post) -> None:
    counter.desk.put(post.key("withdrawal.yaml"), order())
    dated = ("--at", "2026-03-01T10:00:00+09:00")
    again = counter.typed("withdraw", name_of(post), *ORDER, *dated)
    assert (again.returncode, "already says so" in again.stderr) == (0, True), again.stderr
    hold = ("--kind", "hold", "--reason", "legal", "--until", NEXT_WEEK)
    answer = counter.typed("withdraw", name_of(post), *hold)
    assert (answer.returncode, "reinstate" in answer.stderr) == (2, True)
    assert counter.desk.inbox_object(post.key("withdrawal.yaml")) == order().encode()


def test_what_was_never_uploaded_is_asked_about(counter: Counter) -> None:
    assert counter.typed("withdraw", "nobody/never", *ORDER).returncode == 2
    with pytest.raises(KeyError):
        counter.desk.inbox_object("posts/nobody/never/withdrawal.yaml")


def test_reinstated_it_is_proven_to_be_back(counter: Counter, post: Post) -> None:
    counter.desk.put(post.key("withdrawal.yaml"), order())
    counter.desk.settle()
    proof = counter.proof("reinstate", name_of(post))
    assert {place["verdict"] for place in proof} == {"proven"}
    assert {f"{counter.desk.site_url}{post.path(lang)}" for lang in ("ko", "en")} <= {place["place"] for place in proof}
    assert counter.typed("reinstate", name_of(post)).returncode == 2


def test_what_another_order_withdraws_stays_away_and_that_is_said(counter: Counter, clinic: Clinic, post: Post) -> None:
    counter.desk.put(post.key("en.md.withdrawal.yaml"), order())
    counter.desk.put(clinic.order_key, order())
    counter.desk.settle()
    proof = counter.proof("reinstate", f"{name_of(post)}/en", code=1)
    held = [place for place in proof if place["verdict"] == "held"]
    assert held
    assert all(clinic.order_key in place["found"] for place in held)
    pointed = counter.typed("reinstate", f"{name_of(post)}/en")
    assert (pointed.returncode, f"colophon reinstate {clinic.name}" in pointed.stderr) == (2, True)


def text(counter: Counter, key: str) -> str:
    return counter.desk.site_object(key)["Body"].decode("utf-8", "replace")


def still_read(counter: Counter, *posts: Post) -> list[str]:
    """The objects of the site that still say a sentence of one of ``posts``, link to it, or are an image of it."""
    texts = {key: text(counter, key) for key in counter.desk.objects()}
    found = []
    for post in posts:
        marks = (said("ko", post), "and it says it twice", f"of {post.clinic} {post.name}", f"/{name_of(post)}/")
        found += [key for key, shown in texts.items() if any(mark in shown for mark in marks)]
        images = counter.desk.objects(post.images_folder())
        found += [key for key in images if counter.desk.show(f"/{key}").status != 410]
    return found
