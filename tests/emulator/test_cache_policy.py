"""How long the edge caches a response, as the CloudFront Developer Guide says."""

from pathlib import Path

import pytest

from colophon.page.objects import ASSET_CACHE_CONTROL, IMAGE_CACHE_CONTROL, PAGE_CACHE_CONTROL
from colophon_emulator.deploy import deploy
from colophon_emulator.distribution import load_distribution
from colophon_emulator.edge_cache import CachePolicy
from colophon_emulator.engine import run_moto
from colophon_emulator.errors import EmulationError

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
YEAR = 31_536_000
BOUNDED = CachePolicy(
    min_ttl=60, default_ttl=600, max_ttl=3600, error_ttls={404: 10, 503: 30}, tag_header="x-amz-meta-cache-tag"
)


@pytest.fixture(scope="module")
def ours() -> CachePolicy:
    with run_moto():
        return load_distribution(deploy(TEMPLATE, {}, "colophon")).cache_policy


@pytest.mark.parametrize(
    ("cache_control", "ttl"),
    [
        ("", 600),
        ("max-age=1200", 1200),
        ("max-age=1200, s-maxage=120", 120),
        ("s-maxage=5", 60),
        ("max-age=99999", 3600),
        ("public, max-age=0", 60),
        ("no-store", 60),
        ("private, max-age=1200", 60),
        ("max-age=soon", 600),
    ],
)
def test_a_ttl_lies_within_the_policys_bounds(cache_control: str, ttl: float) -> None:
    assert BOUNDED.compute_ttl(200, {"cache-control": cache_control} if cache_control else {}) == ttl


def test_expires_counts_without_max_age() -> None:
    dates = {"date": "Tue, 05 Mar 2024 04:00:00 GMT", "expires": "Tue, 05 Mar 2024 04:05:00 GMT"}
    assert BOUNDED.compute_ttl(200, dates) == 300
    assert BOUNDED.compute_ttl(200, {**dates, "cache-control": "max-age=70"}) == 70
    assert BOUNDED.compute_ttl(200, {"expires": "never"}) == 600


@pytest.mark.parametrize(
    ("status", "cache_control", "ttl"),
    [
        (404, "", 10),
        (503, "", 30),
        (500, "", 10),
        (404, "max-age=120", 120),
        (404, "max-age=2", 10),
        (404, "max-age=99999", 3600),
        (404, "no-store", 0),
        (503, "no-store", 30),
    ],
)
def test_an_error_is_cached_at_least_for_its_min_ttl(status: int, cache_control: str, ttl: float) -> None:
    assert BOUNDED.compute_ttl(status, {"cache-control": cache_control} if cache_control else {}) == ttl


def test_tags_come_from_the_templates_header_and_only_fifty_count() -> None:
    def tags(value: str) -> frozenset[str]:
        return BOUNDED.parse_tags({"x-amz-meta-cache-tag": value})

    assert tags("p:a/b, C:a ,l:zh-Hans") == {"p:a/b", "c:a", "l:zh-hans"}
    assert tags("two words,,é," + "x" * 257) == frozenset()
    assert len(tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert CachePolicy().parse_tags({"x-amz-meta-cache-tag": "p:a/b"}) == frozenset(), "opt-in"


def test_our_objects_are_cached_as_designed(ours: CachePolicy) -> None:
    assert ours.compute_ttl(200, {"cache-control": PAGE_CACHE_CONTROL}) == 300
    assert ours.compute_ttl(200, {"cache-control": IMAGE_CACHE_CONTROL}) == YEAR
    assert ours.compute_ttl(200, {"cache-control": ASSET_CACHE_CONTROL}) == YEAR
    assert ours.compute_ttl(200, {}) == 300
    assert {ours.compute_ttl(status, {}) for status in (403, 404, 500, 502, 503, 504)} == {10}
    assert ours.parse_tags({"x-amz-meta-cache-tag": "p:a/b,c:a"}) == {"p:a/b", "c:a"}


def test_a_policy_with_more_than_the_path_in_its_cache_key_is_refused(tmp_path: Path) -> None:
    for name in ("functions", "shared"):
        (tmp_path / name).symlink_to(TEMPLATE.parent / name)
    (tmp_path / "infra").mkdir()
    for part in (TEMPLATE.parent / "infra").glob("*.yaml"):
        text = part.read_text().replace("QueryStringBehavior: none", "QueryStringBehavior: all")
        (tmp_path / "infra" / part.name).write_text(text)
    (tmp_path / "template.yaml").write_text(TEMPLATE.read_text())
    with run_moto():
        made = deploy(tmp_path / "template.yaml", {}, "colophon")
    with pytest.raises(EmulationError, match="QueryStrings"):
        load_distribution(made)
