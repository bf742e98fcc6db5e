"""From an upload to what CloudFront forgets: how many tags, what when it refuses, and that nothing is lost."""

from collections.abc import Iterator
from itertools import count

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from colophon_emulator.invalidations import MAX_IN_PROGRESS, SECONDS_IN_PROGRESS
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture, withdrawal_file

# moto warns of an error that botocore's description of CloudFront does not list; the service has it.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not match an error shape")
FUNCTION = "PurgeFunction"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def unwatched() -> Iterator[StackDriver]:
    """A stack in which messages may come back."""
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack, serve_site(stack, 0) as server:
        driver = StackDriver(stack, server.url)
        driver.put("site.yaml", SITE)
        driver.settle()
        yield driver
        assert stack.denials == ()
        assert stack.functions.failures == [], "what is refused for now is no failure"


@pytest.fixture
def clinic(unwatched: StackDriver) -> Clinic:
    made = Clinic(f"sorae-{next(NUMBERS)}")
    unwatched.put(made.key, made.record())
    return made


@pytest.fixture
def post(unwatched: StackDriver, clinic: Clinic) -> Post:
    """A live post in two languages with one image, nothing of which is at the edge yet."""
    post = clinic.post()
    unwatched.put(post.key("ko.md"), original())
    unwatched.put(post.key("en.md"), edition(body="Drink warm water.\n\n![A throat](throat.png)"))
    unwatched.put(post.key("throat.png"), picture())
    unwatched.settle()
    unwatched.stack.invalidations.accepted.clear()
    return post


def tags(driver: StackDriver) -> list[str]:
    return sorted(item for each in driver.stack.invalidations.accepted for item in each.items)


def until_refused(driver: StackDriver) -> None:
    """Serve what waits until CloudFront was asked once."""
    asked = driver.stack.functions.counts[FUNCTION]
    while driver.stack.functions.counts[FUNCTION] == asked:
        assert driver.stack.dispatcher.step()


def test_a_first_publish_asks_for_nothing(unwatched: StackDriver, clinic: Clinic) -> None:
    unwatched.stack.invalidations.accepted.clear()
    post = clinic.post()
    unwatched.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    unwatched.put(post.key("throat.png"), picture())
    unwatched.settle(0)
    unwatched.put(post.key("ko.md"), original())
    unwatched.settle(0)
    assert unwatched.fetch(post.path("ko")).status == 200
    assert tags(unwatched) == []


def test_a_correction_is_one_tag_and_readers_have_it_at_once(unwatched: StackDriver, post: Post) -> None:
    assert "Drink warm water." in unwatched.fetch(post.path("en")).text
    unwatched.put(post.key("en.md"), edition(body="Drink cool water."))
    unwatched.settle(0)
    assert "Drink cool water." in unwatched.fetch(post.path("en")).text
    assert tags(unwatched) == [f"#p:{post.clinic}/cough"]


def test_a_withdrawal_is_at_most_three_tags_and_nothing_of_it_is_left_at_the_edge(
    unwatched: StackDriver, post: Post
) -> None:
    listing, image = f"/en/{post.clinic}/", str(unwatched.report(post.key("throat.png"))["url"])
    month, home = f"/en/{post.clinic}/2026/01/", "/en/"
    for path in (post.path("en"), post.path("ko"), listing, month, home, image):
        assert unwatched.fetch(path).status == 200
    assert "A cough that stays" in unwatched.fetch(listing).text
    unwatched.put(post.key("withdrawal.yaml"), withdrawal_file())
    unwatched.settle(0)
    assert [unwatched.fetch(path).status for path in (post.path("en"), post.path("ko"), image)] == [410] * 3
    assert not any("A cough that stays" in unwatched.fetch(path).text for path in (listing, month))
    assert post.path("en") not in unwatched.fetch(home).text
    assert tags(unwatched) == ["#l:en", "#l:ko", f"#p:{post.clinic}/cough"]


def test_in_many_languages_and_of_a_whole_clinic_it_is_at_most_three_too(unwatched: StackDriver, post: Post) -> None:
    second = Clinic(post.clinic).post("fever")
    unwatched.put(post.key("ja.md"), edition(title="長引く咳"))
    unwatched.put(second.key("en.md"), edition())
    unwatched.settle()
    unwatched.stack.invalidations.accepted.clear()
    for path in (post.path("ja"), second.path("en"), f"/ja/{post.clinic}/"):
        assert unwatched.fetch(path).status == 200
    unwatched.put(Clinic(post.clinic).withdrawal_key, withdrawal_file())
    unwatched.settle(0)
    statuses = [unwatched.fetch(path).status for path in (post.path("ja"), second.path("en"), f"/ja/{post.clinic}/")]
    assert statuses == [410] * 3
    assert tags(unwatched) == [f"#c:{post.clinic}", "#listings"]


def test_a_withdrawn_language_leaves_no_link_behind(unwatched: StackDriver, post: Post) -> None:
    assert post.path("ko") in unwatched.fetch(post.path("en")).text
    unwatched.put(post.key("ko.md.withdrawal.yaml"), withdrawal_file())
    unwatched.settle(0)
    assert post.path("ko") not in unwatched.fetch(post.path("en")).text
    assert len(tags(unwatched)) <= 3


def test_a_page_stays_stale_while_the_purge_is_refused_and_is_gone_when_it_was_tried_again(
    unwatched: StackDriver, post: Post
) -> None:
    unwatched.fetch(post.path("en"))
    unwatched.stack.invalidations.throttle(3)
    unwatched.put(post.key("withdrawal.yaml"), withdrawal_file("legal"))
    until_refused(unwatched)
    assert unwatched.objects(f"en/{post.clinic}/cough/")
    assert unwatched.fetch(post.path("en")).status == 200, "the tombstone stands, but the edge keeps the page"
    unwatched.settle(0)
    assert unwatched.fetch(post.path("en")).status == 451
    assert tags(unwatched) == ["#l:en", "#l:ko", f"#p:{post.clinic}/cough"]
    assert unwatched.stack.dispatcher.dead_letters() == {}


def test_with_three_thousand_in_progress_it_waits_and_loses_nothing(unwatched: StackDriver, post: Post) -> None:
    invalidations, clock = unwatched.stack.invalidations, unwatched.stack.clock
    assert isinstance(clock, ManualClock)
    unwatched.fetch(post.path("en"))
    others = [f"#p:others/{number}" for number in range(MAX_IN_PROGRESS)]
    invalidations.create(unwatched.stack.outputs["DistributionId"], others, "others")
    unwatched.put(post.key("en.md"), edition(body="Drink cool water."))
    until_refused(unwatched)
    assert "Drink warm water." in unwatched.fetch(post.path("en")).text
    assert unwatched.stack.dispatcher.count_waiting() == 1
    clock.advance(SECONDS_IN_PROGRESS)
    unwatched.settle(0)
    assert "Drink cool water." in unwatched.fetch(post.path("en")).text


def test_the_same_messages_again_ask_for_nothing_new_and_later_ones_do(unwatched: StackDriver) -> None:
    unwatched.stack.invalidations.accepted.clear()
    first = [sqs_record("1", '{"tags": ["p:a/b"]}'), sqs_record("2", '{"tags": ["l:en", "p:a/b"]}')]
    for batch in (first, first[::-1], [sqs_record("3", '{"tags": ["p:a/b", "l:en"]}')]):
        assert unwatched.stack.functions.invoke(FUNCTION, {"Records": batch}) == {"batchItemFailures": []}
    assert tags(unwatched) == ["#l:en", "#l:en", "#p:a/b", "#p:a/b"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"tags": "p:a/b"}', '{"tags": ["a,b"]}', '{"tags": [""]}', '{"tags": [1]}']
)
def test_a_message_that_names_no_tags_comes_back_alone(unwatched: StackDriver, body: str) -> None:
    unwatched.stack.invalidations.accepted.clear()
    batch = [sqs_record(f"good {body}", '{"tags": ["p:a/b"]}'), sqs_record("bad", body)]
    answer = unwatched.stack.functions.invoke(FUNCTION, {"Records": batch})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert tags(unwatched) == ["#p:a/b"]


def test_a_batch_of_very_many_clinics_asks_in_parts(unwatched: StackDriver) -> None:
    unwatched.stack.invalidations.accepted.clear()
    batch = [sqs_record(f"part {number}", f'{{"tags": ["p:clinic-{number}/a"]}}') for number in range(1500)]
    unwatched.stack.functions.invoke(FUNCTION, {"Records": batch})
    assert [len(each.items) for each in unwatched.stack.invalidations.accepted] == [1000, 500]


def sqs_record(message: str, body: str) -> dict[str, str]:
    return {"messageId": message, "body": body}
