"""What an edge keeps: stale without a purge, fresh with one, and nothing for longer than it may."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from colophon_emulator.clock import SetClock
from colophon_emulator.edge_cache import EdgeCache, Found, Served

PAGE, IMAGE = "/en/sorae/cough/index.html", "/images/sorae/cough/throat.1-800.jpg"
OTHER = "/en/sorae/fever/index.html"


@dataclass
class Origin:
    """What stands, by path, and how often it was asked for."""

    stands: dict[str, Found] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str, *, life: float = 300, tags: str = "", status: int = 200) -> None:
        headers: Mapping[str, str] = {"etag": f'"{hash(body)}"', "x-amz-meta-status": body}
        self.stands[path] = Found(status, headers, body.encode(), life, frozenset(tags.split()))

    def at(self, path: str) -> Callable[[], Found]:
        def say() -> Found:
            self.asked.append(path)
            return self.stands.get(path, Found(404, {}, b"nothing", 10))

        return say


@dataclass
class Edge:
    origin: Origin
    clock: SetClock
    cache: EdgeCache

    def get(self, path: str) -> Served:
        return self.cache.ask(path, self.origin.at(path))

    def text(self, path: str) -> str:
        return self.get(path).found.body.decode()


@pytest.fixture
def edge() -> Edge:
    clock = SetClock()
    made = Edge(Origin(), clock, EdgeCache(clock))
    made.origin.put(PAGE, "first", tags="p:sorae/cough c:sorae")
    made.origin.put(OTHER, "other", tags="p:sorae/fever c:sorae")
    made.origin.put(IMAGE, "photo", life=31_536_000, tags="p:sorae/cough c:sorae")
    return made


def test_a_page_stays_stale_without_a_purge_and_is_fresh_with_one(edge: Edge) -> None:
    assert edge.text(PAGE) == "first"
    edge.origin.put(PAGE, "withdrawn", tags="p:sorae/cough c:sorae")
    edge.clock.move(299)
    assert edge.text(PAGE) == "first"
    edge.cache.forget(["#p:sorae/cough"])
    assert edge.text(PAGE) == "withdrawn"


def test_a_page_is_asked_for_anew_when_its_life_is_over(edge: Edge) -> None:
    assert edge.text(PAGE) == "first"
    edge.origin.put(PAGE, "second")
    edge.clock.move(300)
    assert edge.get(PAGE).result == "Miss"
    assert edge.text(PAGE) == "second"


def test_an_image_stays_for_a_year_unless_it_is_purged(edge: Edge) -> None:
    edge.get(IMAGE)
    edge.origin.put(IMAGE, "tombstone")
    edge.clock.move(364 * 86_400)
    assert edge.text(IMAGE) == "photo"
    edge.cache.forget(["#c:sorae"])
    assert edge.text(IMAGE) == "tombstone"


def test_the_edge_says_how_it_came_by_an_answer_and_how_old_it_is(edge: Edge) -> None:
    first, again = edge.get(PAGE), edge.get(PAGE)
    edge.clock.move(42.9)
    later = edge.get(PAGE)
    assert [(each.result, each.age) for each in (first, again, later)] == [("Miss", None), ("Hit", 0), ("Hit", 42)]
    edge.clock.move(300)
    assert edge.get(PAGE).result == "RefreshHit"
    assert edge.get(PAGE) == Served(again.found, "Hit", 0)
    assert edge.origin.asked == [PAGE, PAGE]


def test_what_the_origin_confirms_keeps_what_was_stored_beside_it(edge: Edge) -> None:
    edge.get(PAGE)
    same = edge.origin.stands[PAGE]
    edge.origin.stands[PAGE] = Found(200, {"etag": same.headers["etag"], "x-amz-meta-status": "410"}, same.body, 300)
    edge.clock.move(301)
    assert edge.get(PAGE).found.headers["x-amz-meta-status"] == "first", "an ETag says nothing of metadata"


def test_an_error_lives_ten_seconds_and_no_longer(edge: Edge) -> None:
    assert edge.get("/en/new/").found.status == 404
    edge.origin.put("/en/new/", "just published")
    edge.clock.move(9)
    late = edge.get("/en/new/")
    assert (late.found.status, late.result, late.age) == (404, "Error", 9)
    edge.clock.move(1)
    assert edge.text("/en/new/") == "just published"


def test_an_origin_in_trouble_lets_the_old_page_go_on_for_a_while(edge: Edge) -> None:
    edge.get(PAGE)
    edge.origin.put(PAGE, "trouble", status=503, life=10)
    edge.clock.move(301)
    assert edge.text(PAGE) == "first"
    edge.clock.move(10)
    edge.origin.put(PAGE, "second")
    assert edge.text(PAGE) == "second"


def test_trouble_after_a_purge_brings_nothing_back(edge: Edge) -> None:
    edge.get(PAGE)
    edge.cache.forget(["#p:sorae/cough"])
    edge.origin.put(PAGE, "trouble", status=503, life=10)
    assert edge.get(PAGE).found.status == 503


@pytest.mark.parametrize(
    ("item", "forgotten"),
    [
        ("#p:sorae/cough", {PAGE, IMAGE}),
        ("#P:SORAE/Cough", {PAGE, IMAGE}),
        ("#c:sorae", {PAGE, OTHER, IMAGE}),
        ("#p:sorae/*", set()),
        ("#p:sorae", set()),
        (PAGE, {PAGE}),
        (PAGE[1:], {PAGE}),
        ("/en/sorae/c%6Fugh/index.html", {PAGE}),
        ("/en/sorae/cough/", set()),
        ("/en/*", {PAGE, OTHER}),
        ("/*", {PAGE, OTHER, IMAGE}),
        ("/EN/*", set()),
    ],
)
def test_an_invalidation_forgets_what_it_names_and_nothing_else(edge: Edge, item: str, forgotten: set[str]) -> None:
    for path in (PAGE, OTHER, IMAGE):
        edge.get(path)
    edge.cache.forget([item])
    assert {path for path in (PAGE, OTHER, IMAGE) if edge.get(path).result == "Miss"} == forgotten


def test_what_was_on_its_way_during_an_invalidation_is_not_kept(edge: Edge) -> None:
    under_way, purged = threading.Event(), threading.Event()

    def slow() -> Found:
        found = edge.origin.at(PAGE)()
        under_way.set()
        assert purged.wait(5)
        return found

    reader = threading.Thread(target=edge.cache.ask, args=(PAGE, slow))
    reader.start()
    assert under_way.wait(5)
    edge.origin.put(PAGE, "withdrawn", tags="p:sorae/cough")
    edge.cache.forget(["#p:sorae/cough"])
    purged.set()
    reader.join()
    assert edge.text(PAGE) == "withdrawn"


def test_what_may_not_be_kept_is_asked_for_each_time(edge: Edge) -> None:
    edge.origin.put(PAGE, "fleeting", life=0)
    assert [edge.get(PAGE).result for _ in range(2)] == ["Miss", "Miss"]
