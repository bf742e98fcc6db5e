"""The edge cache: stale until an invalidation or the end of the TTL, and never longer."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from colophon_emulator.clock import ManualClock
from colophon_emulator.edge_cache import CacheResult, EdgeCache, OriginResponse

PAGE, IMAGE = "/en/sorae/cough/index.html", "/images/sorae/cough/throat.1-800.jpg"
OTHER = "/en/sorae/fever/index.html"


@dataclass
class Origin:
    """The responses by path, and which paths were fetched."""

    responses: dict[str, OriginResponse] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def put(self, path: str, body: str, *, ttl: float = 300, tags: str = "", status: int = 200) -> None:
        headers: Mapping[str, str] = {"etag": f'"{hash(body)}"', "x-amz-meta-status": body}
        self.responses[path] = OriginResponse(status, headers, body.encode(), ttl, frozenset(tags.split()))

    def at(self, path: str) -> Callable[[], OriginResponse]:
        def fetch() -> OriginResponse:
            self.fetched.append(path)
            return self.responses.get(path, OriginResponse(404, {}, b"nothing", 10))

        return fetch


@dataclass
class Edge:
    origin: Origin
    clock: ManualClock
    cache: EdgeCache

    def get(self, path: str) -> CacheResult:
        return self.cache.get(path, self.origin.at(path))

    def text(self, path: str) -> str:
        return self.get(path).response.body.decode()


@pytest.fixture
def edge() -> Edge:
    clock = ManualClock()
    made = Edge(Origin(), clock, EdgeCache(clock))
    made.origin.put(PAGE, "first", tags="p:sorae/cough c:sorae")
    made.origin.put(OTHER, "other", tags="p:sorae/fever c:sorae")
    made.origin.put(IMAGE, "photo", ttl=31_536_000, tags="p:sorae/cough c:sorae")
    return made


def test_a_page_is_stale_until_an_invalidation(edge: Edge) -> None:
    assert edge.text(PAGE) == "first"
    edge.origin.put(PAGE, "withdrawn", tags="p:sorae/cough c:sorae")
    edge.clock.advance(299)
    assert edge.text(PAGE) == "first"
    edge.cache.invalidate(["#p:sorae/cough"])
    assert edge.text(PAGE) == "withdrawn"


def test_an_expired_page_is_fetched_again(edge: Edge) -> None:
    assert edge.text(PAGE) == "first"
    edge.origin.put(PAGE, "second")
    edge.clock.advance(300)
    assert edge.get(PAGE).result == "Miss"
    assert edge.text(PAGE) == "second"


def test_an_image_is_cached_for_a_year_unless_it_is_invalidated(edge: Edge) -> None:
    edge.get(IMAGE)
    edge.origin.put(IMAGE, "tombstone")
    edge.clock.advance(364 * 86_400)
    assert edge.text(IMAGE) == "photo"
    edge.cache.invalidate(["#c:sorae"])
    assert edge.text(IMAGE) == "tombstone"


def test_a_result_has_its_source_and_age(edge: Edge) -> None:
    first, again = edge.get(PAGE), edge.get(PAGE)
    edge.clock.advance(42.9)
    later = edge.get(PAGE)
    assert [(each.result, each.age) for each in (first, again, later)] == [("Miss", None), ("Hit", 0), ("Hit", 42)]
    edge.clock.advance(300)
    assert edge.get(PAGE).result == "RefreshHit"
    assert edge.get(PAGE) == CacheResult(again.response, "Hit", 0)
    assert edge.origin.fetched == [PAGE, PAGE]


def test_a_revalidated_response_keeps_its_cached_headers(edge: Edge) -> None:
    edge.get(PAGE)
    same = edge.origin.responses[PAGE]
    edge.origin.responses[PAGE] = OriginResponse(
        200, {"etag": same.headers["etag"], "x-amz-meta-status": "410"}, same.body, 300
    )
    edge.clock.advance(301)
    assert edge.get(PAGE).response.headers["x-amz-meta-status"] == "first", "an ETag says nothing of metadata"


def test_an_error_is_cached_for_ten_seconds(edge: Edge) -> None:
    assert edge.get("/en/new/").response.status == 404
    edge.origin.put("/en/new/", "just published")
    edge.clock.advance(9)
    late = edge.get("/en/new/")
    assert (late.response.status, late.result, late.age) == (404, "Error", 9)
    edge.clock.advance(1)
    assert edge.text("/en/new/") == "just published"


def test_an_expired_page_is_served_while_the_origin_fails(edge: Edge) -> None:
    edge.get(PAGE)
    edge.origin.put(PAGE, "trouble", status=503, ttl=10)
    edge.clock.advance(301)
    assert edge.text(PAGE) == "first"
    edge.clock.advance(10)
    edge.origin.put(PAGE, "second")
    assert edge.text(PAGE) == "second"


def test_an_invalidated_page_is_not_served_while_the_origin_fails(edge: Edge) -> None:
    edge.get(PAGE)
    edge.cache.invalidate(["#p:sorae/cough"])
    edge.origin.put(PAGE, "trouble", status=503, ttl=10)
    assert edge.get(PAGE).response.status == 503


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
def test_an_invalidation_removes_only_what_it_names(edge: Edge, item: str, forgotten: set[str]) -> None:
    for path in (PAGE, OTHER, IMAGE):
        edge.get(path)
    edge.cache.invalidate([item])
    assert {path for path in (PAGE, OTHER, IMAGE) if edge.get(path).result == "Miss"} == forgotten


def test_a_response_fetched_before_an_invalidation_is_not_cached_after_it(edge: Edge) -> None:
    fetched, invalidated = threading.Event(), threading.Event()

    def slow() -> OriginResponse:
        found = edge.origin.at(PAGE)()
        fetched.set()
        assert invalidated.wait(5)
        return found

    reader = threading.Thread(target=edge.cache.get, args=(PAGE, slow))
    reader.start()
    assert fetched.wait(5)
    edge.origin.put(PAGE, "withdrawn", tags="p:sorae/cough")
    edge.cache.invalidate(["#p:sorae/cough"])
    invalidated.set()
    reader.join()
    assert edge.text(PAGE) == "withdrawn"


def test_a_response_with_zero_ttl_is_fetched_each_time(edge: Edge) -> None:
    edge.origin.put(PAGE, "fleeting", ttl=0)
    assert [edge.get(PAGE).result for _ in range(2)] == ["Miss", "Miss"]
