"""What a search reads first: clinics and topics with the most posts, where each leads, and words to correct to."""

import json
from datetime import date

import pytest

from colophon.listings.search_index import divide_posts, render_search_index
from colophon.listings.search_words import shard_of
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from tests.listings.conftest import entry


def post(name: str, clinic: str = "noeul", title: str = "Night guards", **changes: object) -> Entry:
    names = (ClinicName("en", clinic.title()),)
    return entry(clinic=clinic, post=name, title=title, names=names, posted=date(2026, 4, 3), **changes)


def index(*posts: Entry) -> dict[str, object]:
    found: dict[str, object] = json.loads(render_search_index("en", posts, 3))
    return found


@pytest.mark.parametrize(
    ("clinics", "path"),
    [
        (("noeul", "noeul"), "/en/noeul/#q=dry%20cough"),
        (("noeul", "badaro"), "/en/search/#topic-dry-cough"),
        (("noeul", "badaro", "dalbit"), "/en/search/#topic-dry-cough"),
    ],
)
def test_a_topic_leads_to_its_clinic_and_one_of_several_clinics_to_the_directory(
    clinics: tuple[str, ...], path: str
) -> None:
    posts = [post(f"p{number}", clinic, tags=("dry cough",)) for number, clinic in enumerate(clinics)]
    assert index(*posts)["topics"] == [[path, "dry cough"]]


def test_clinics_and_topics_with_the_most_posts_come_first() -> None:
    posts = [post("a", "badaro", tags=("rare",)), *(post(name, "noeul", tags=("often",)) for name in ("b", "c"))]
    found = index(*posts)
    assert found["clinics"] == [["/en/noeul/", "Noeul"], ["/en/badaro/", "Badaro"]]
    assert [tag for _, tag in found["topics"]] == ["often", "rare"]  # type: ignore[attr-defined]


def test_words_are_those_in_which_an_error_can_be_told() -> None:
    found = index(post("a", title="An ENT clinic of 2026 has x 12345 코 기침 cafés", tags=()))
    assert set(str(found["words"]).split()) == {"ent", "clinic", "has", "cafes", "기침", "noeul"}


def test_ten_posts_of_a_clinic_are_found_by_its_name() -> None:
    """In few posts all are in one shard, so there are many others here."""
    others = [post(f"o{number}", f"c{number}", title="Zebra", tags=()) for number in range(400)]
    mine = [post(f"m{number}", "quokka", title="Zebra", tags=(), source_title="") for number in range(12)]
    shards = divide_posts([*mine, *others])
    places = [place for place, _ in shards[shard_of("quokka", len(shards))] if place < len(mine)]
    assert shard_of("zebra", len(shards)) != shard_of("quokka", len(shards))
    assert places == list(range(10))
