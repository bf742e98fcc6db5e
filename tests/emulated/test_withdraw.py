"""``colophon withdraw``: gone everywhere, each place with its second; ``reinstate``: back, or why not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest

from tests.emulated.cli_driver import CliDriver, open_cli, sentence
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, original, withdrawal_file

LANGS = ("ko", "en", "ja")
WITHDRAW_OPTIONS = ("--kind", "gone", "--reason", "clinic-request")
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0).isoformat()


@pytest.fixture(scope="module")
def open_cli_driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    with open_cli(tmp_path_factory.mktemp("counter")) as cli:
        yield cli
        assert cli.failures.found() == []


@pytest.fixture
def cli(open_cli_driver: CliDriver) -> CliDriver:
    open_cli_driver.use_site_url(open_cli_driver.driver.site_url)
    return open_cli_driver


@pytest.fixture
def clinic(cli: CliDriver, request: pytest.FixtureRequest) -> Clinic:
    made = Clinic(f"clinic-{crc32(request.node.nodeid.encode())}")
    cli.driver.put(made.key, made.record())
    return made


@pytest.fixture
def post(cli: CliDriver, clinic: Clinic) -> Post:
    made = cli.post(clinic)
    cli.driver.settle()
    assert cli.driver.fetch(made.path("en")).status == 200
    return made


def name_of(post: Post) -> str:
    return f"{post.clinic}/{post.name}"


def test_a_withdrawn_post_is_proven_gone_at_every_place_with_its_second(cli: CliDriver, post: Post) -> None:
    mentioning = {key for key in cli.driver.objects() if f"/{name_of(post)}/" in text(cli, key)}
    assert len(mentioning) > 17
    images = list(cli.driver.objects(post.images_folder()))
    assert images
    proof = cli.proof("withdraw", name_of(post), *WITHDRAW_OPTIONS)
    assert {place["verdict"] for place in proof} == {"proven"}
    places = {place["place"].partition(f"{cli.driver.stack.site_bucket}/")[2] for place in proof} - {""}
    folders = tuple(place for place in places if place.endswith("/"))
    assert {key for key in mentioning - places if not key.startswith(folders)} == set()
    assert all(isinstance(place["seconds"], float) and place["found"] for place in proof)
    found = {place["place"]: place["found"] for place in proof}
    bucket, site = f"s3://{cli.driver.stack.site_bucket}", cli.driver.site_url
    for lang in ("ko", "en"):
        assert found[f"{bucket}{post.path(lang)}index.html"].startswith("410, none of")
        assert found[f"{site}{post.path(lang)}"].startswith("410, none of")
    assert all(found[f"{place}/{key}"] == "410" for key in images for place in (bucket, site))
    assert still_read(cli, post) == []


@pytest.mark.parametrize(
    ("kind", "more", "status"),
    [
        ("legal", (), 451),
        ("withdrawn", (), 410),
        ("hold", ("--until", NEXT_WEEK), 404),
    ],
)
def test_each_kind_is_proven_by_its_own_status(
    cli: CliDriver, post: Post, kind: str, more: tuple[str, ...], status: int
) -> None:
    proof = cli.proof("withdraw", name_of(post), "--kind", kind, "--reason", "legal", *more)
    found = {place["found"].split(",")[0] for place in proof if place["what"] == "public page"}
    assert found == {str(status)}


def fill_edge_cache(cli: CliDriver) -> None:
    """Readers have just read all there is."""
    for key in cli.driver.objects():
        cli.driver.fetch(f"/{key.removesuffix('index.html')}")


def test_an_edition_goes_alone_and_its_siblings_are_read_too(cli: CliDriver, post: Post) -> None:
    fill_edge_cache(cli)
    address = SITE_URL + post.path("en")
    proof = cli.proof("withdraw", address, *WITHDRAW_OPTIONS)
    siblings = [place["place"] for place in proof if place["what"] == "sibling"]
    assert siblings == [f"s3://{cli.driver.stack.site_bucket}{post.path('ko')}index.html"]
    assert [cli.driver.fetch(post.path(lang)).status for lang in ("ko", "en")] == [200, 410]


def test_an_original_goes_alone_and_leaves_the_page_of_its_translation(cli: CliDriver, post: Post) -> None:
    fill_edge_cache(cli)
    page, said = f"{post.path('en')[1:]}index.html", sentence("ko", post)
    assert said in text(cli, page)
    assert said.encode() in cli.driver.fetch(post.path("en")).body
    proof = cli.proof("withdraw", SITE_URL + post.path("ko"), *WITHDRAW_OPTIONS)
    assert {place["verdict"] for place in proof} == {"proven"}
    translation = f"s3://{cli.driver.stack.site_bucket}/{page}"
    assert [place["found"] for place in proof if place["place"] == translation] == ["200, no mention"]
    assert [key for key in cli.driver.objects() if said in text(cli, key)] == []
    assert said.encode() not in cli.driver.fetch(post.path("en")).body
    # It shows its own text, and what reinstates the original brings it back beside it.
    assert "it says it twice" in text(cli, page)
    cli.proof("reinstate", SITE_URL + post.path("ko"))
    cli.driver.settle()
    assert said in text(cli, page)


def test_an_image_goes_alone_in_every_size(cli: CliDriver, post: Post) -> None:
    keys = set(cli.driver.objects(post.images_folder()))
    fill_edge_cache(cli)
    proof = cli.proof("withdraw", f"/{min(keys)}", *WITHDRAW_OPTIONS)
    read = {
        place["place"].partition(f"{cli.driver.stack.site_bucket}/")[2] for place in proof if place["what"] == "image"
    }
    assert read >= keys
    assert {cli.driver.fetch(f"/{key}").status for key in cli.driver.objects(post.images_folder())} == {410}
    assert cli.driver.fetch(post.path("en")).status == 200


def test_another_image_of_the_same_stem_stays_and_does_not_stand_against_the_proof(cli: CliDriver, post: Post) -> None:
    cli.driver.put(post.key("throat.jpg"), cli.driver.inbox_object(post.key("throat.png")))
    cli.driver.settle()
    cli.proof("withdraw", f"{name_of(post)}/throat.png", *WITHDRAW_OPTIONS)
    assert cli.driver.fetch(cli.driver.report(post.key("throat.jpg"))["url"]).status == 200


def test_a_clinic_goes_with_all_its_posts_and_is_asked_about(cli: CliDriver, clinic: Clinic) -> None:
    posts = [clinic.post(f"post-{number}") for number in range(7)]
    for each in posts:
        for lang in LANGS:
            cli.driver.put(each.key(f"{lang}.md"), original() if lang == "ko" else edition(body=sentence(lang, each)))
    cli.driver.settle()
    unasked = cli.run_command("withdraw", clinic.name, *WITHDRAW_OPTIONS)
    assert unasked.returncode == 2
    assert "21 pages in 7 posts" in unasked.stderr
    assert cli.driver.fetch(posts[0].path("en")).status == 200
    proof = cli.proof("withdraw", clinic.name, *WITHDRAW_OPTIONS, "--yes")
    assert {place["verdict"] for place in proof} == {"proven"}
    assert {cli.driver.fetch(post.path(lang)).status for post in posts for lang in LANGS} == {410}
    assert still_read(cli, *posts) == []


def test_sentences_that_a_living_post_has_too_are_no_trace(cli: CliDriver, clinic: Clinic, post: Post) -> None:
    twin = clinic.post("twin")
    cli.driver.put(twin.key("en.md"), cli.driver.inbox_object(post.key("en.md")))
    cli.driver.put(twin.key("throat.png"), cli.driver.inbox_object(post.key("throat.png")))
    cli.driver.settle()
    proof = cli.proof("withdraw", name_of(post), *WITHDRAW_OPTIONS)
    assert {place["verdict"] for place in proof} == {"proven"}
    assert cli.driver.fetch(twin.path("en")).status == 200


def test_a_standing_withdrawal_is_only_proven_again_and_no_hold_replaces_it(cli: CliDriver, post: Post) -> None:
    cli.driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    dated = ("--at", "2026-03-01T10:00:00+09:00")
    again = cli.run_command("withdraw", name_of(post), *WITHDRAW_OPTIONS, *dated)
    assert (again.returncode, "already says so" in again.stderr) == (0, True), again.stderr
    hold = ("--kind", "hold", "--reason", "legal", "--until", NEXT_WEEK)
    answer = cli.run_command("withdraw", name_of(post), *hold)
    assert (answer.returncode, "reinstate" in answer.stderr) == (2, True)
    assert cli.driver.inbox_object(post.key("withdrawal.yaml")) == withdrawal_file().encode()


def test_what_was_never_uploaded_is_asked_about(cli: CliDriver) -> None:
    assert cli.run_command("withdraw", "nobody/never", *WITHDRAW_OPTIONS).returncode == 2
    with pytest.raises(KeyError):
        cli.driver.inbox_object("posts/nobody/never/withdrawal.yaml")


def test_reinstated_it_is_proven_to_be_back(cli: CliDriver, post: Post) -> None:
    cli.driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    cli.driver.settle()
    proof = cli.proof("reinstate", name_of(post))
    assert {place["verdict"] for place in proof} == {"proven"}
    assert {f"{cli.driver.site_url}{post.path(lang)}" for lang in ("ko", "en")} <= {place["place"] for place in proof}
    assert cli.run_command("reinstate", name_of(post)).returncode == 2


def test_what_another_withdrawal_covers_stays_withdrawn_and_the_output_says_so(
    cli: CliDriver, clinic: Clinic, post: Post
) -> None:
    cli.driver.put(post.key("en.md.withdrawal.yaml"), withdrawal_file())
    cli.driver.put(clinic.withdrawal_key, withdrawal_file())
    cli.driver.settle()
    proof = cli.proof("reinstate", f"{name_of(post)}/en", code=1)
    held = [place for place in proof if place["verdict"] == "held"]
    assert held
    assert all(clinic.withdrawal_key in place["found"] for place in held)
    pointed = cli.run_command("reinstate", f"{name_of(post)}/en")
    assert (pointed.returncode, f"colophon reinstate {clinic.name}" in pointed.stderr) == (2, True)


def text(cli: CliDriver, key: str) -> str:
    return cli.driver.site_object(key)["Body"].decode("utf-8", "replace")


def still_read(cli: CliDriver, *posts: Post) -> list[str]:
    """The objects of the site that still say a sentence of one of ``posts``, link to it, or are an image of it."""
    texts = {key: text(cli, key) for key in cli.driver.objects()}
    found = []
    for post in posts:
        said = f"the post {post.name} of {post.clinic} says so"
        marks = (sentence("ko", post), said, f"of {post.clinic} {post.name}", f"/{name_of(post)}/")
        found += [key for key, shown in texts.items() if any(mark in shown for mark in marks)]
        images = cli.driver.objects(post.images_folder())
        found += [key for key in images if cli.driver.fetch(f"/{key}").status != 410]
    return found
