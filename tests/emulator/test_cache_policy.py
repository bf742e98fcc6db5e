"""How long the edge keeps what the origin said, as CloudFront's guide tells it."""

from pathlib import Path

import pytest

from colophon.page.objects import IMAGE_LIFE, PAGE_LIFE, STYLE_LIFE
from colophon_emulator.deploy import deploy
from colophon_emulator.distribution import distribution
from colophon_emulator.edge_cache import CachePolicy
from colophon_emulator.engine import engine
from colophon_emulator.errors import EmulationError

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
YEAR = 31_536_000
BOUNDED = CachePolicy(least=60, usual=600, most=3600, errors={404: 10, 503: 30}, tag_header="x-amz-meta-cache-tag")


@pytest.fixture(scope="module")
def ours() -> CachePolicy:
    with engine():
        return distribution(deploy(TEMPLATE, {}, "colophon")).policy


@pytest.mark.parametrize(
    ("said", "life"),
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
def test_a_life_lies_within_the_policys_bounds(said: str, life: float) -> None:
    assert BOUNDED.life(200, {"cache-control": said} if said else {}) == life


def test_an_expiry_date_counts_where_no_age_is_given() -> None:
    dates = {"date": "Tue, 05 Mar 2024 04:00:00 GMT", "expires": "Tue, 05 Mar 2024 04:05:00 GMT"}
    assert BOUNDED.life(200, dates) == 300
    assert BOUNDED.life(200, {**dates, "cache-control": "max-age=70"}) == 70
    assert BOUNDED.life(200, {"expires": "never"}) == 600


@pytest.mark.parametrize(
    ("status", "said", "life"),
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
def test_an_error_lives_at_least_its_own_time(status: int, said: str, life: float) -> None:
    assert BOUNDED.life(status, {"cache-control": said} if said else {}) == life


def test_tags_are_read_from_the_templates_header_and_fifty_of_them_count() -> None:
    def tags(value: str) -> frozenset[str]:
        return BOUNDED.tags({"x-amz-meta-cache-tag": value})

    assert tags("p:a/b, C:a ,l:zh-Hans") == {"p:a/b", "c:a", "l:zh-hans"}
    assert tags("two words,,é," + "x" * 257) == frozenset()
    assert len(tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert CachePolicy().tags({"x-amz-meta-cache-tag": "p:a/b"}) == frozenset(), "opt-in"


def test_what_we_store_lives_as_the_design_says(ours: CachePolicy) -> None:
    assert ours.life(200, {"cache-control": PAGE_LIFE}) == 300
    assert ours.life(200, {"cache-control": IMAGE_LIFE}) == YEAR
    assert ours.life(200, {"cache-control": STYLE_LIFE}) == YEAR
    assert ours.life(200, {}) == 300
    assert {ours.life(status, {}) for status in (403, 404, 500, 502, 503, 504)} == {10}
    assert ours.tags({"x-amz-meta-cache-tag": "p:a/b,c:a"}) == {"p:a/b", "c:a"}


def test_a_policy_that_looks_at_more_than_the_path_is_refused(tmp_path: Path) -> None:
    for name in ("functions", "shared"):
        (tmp_path / name).symlink_to(TEMPLATE.parent / name)
    (tmp_path / "infra").mkdir()
    for part in (TEMPLATE.parent / "infra").glob("*.yaml"):
        text = part.read_text().replace("QueryStringBehavior: none", "QueryStringBehavior: all")
        (tmp_path / "infra" / part.name).write_text(text)
    (tmp_path / "template.yaml").write_text(TEMPLATE.read_text())
    with engine():
        made = deploy(tmp_path / "template.yaml", {}, "colophon")
    with pytest.raises(EmulationError, match="QueryStrings"):
        distribution(made)
