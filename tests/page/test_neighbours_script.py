"""Newer, older and related posts: the part of the script that needs no page, run on V8."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from colophon.page.scripts import load_post_script, post_script_path

BASE = "/en/noeul-dental/"


class Script:
    """The script on an engine of its own, without a page."""

    def __init__(self) -> None:
        self.engine = MiniRacer()
        self.engine.eval(load_post_script()[1].decode() + "\n;''")

    def find(self, shards: dict[str, Any], post: str, day: str, years: list[str] | None = None) -> Any:
        """The names of the neighbours of ``post``, and what was read for them."""
        given = {"shards": shards, "path": f"{BASE}{post}/", "day": day, "years": years or sorted(shards)[::-1]}
        values = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items())
        self.engine.eval(f"var answer; (async () => {{ {values} answer = await ({FIND}); }})(); ''")
        return json.loads(str(self.engine.eval("JSON.stringify(answer)")))


FIND = """(async () => {
  const asked = [];
  const fetchJson = async (name) => {
    asked.push(name);
    if (!shards[name]) { throw new Error(name); }
    return shards[name];
  };
  const found = await findNeighbours(
    new Shards(fetchJson), async () => { asked.push('archive'); return years; }, path, day
  ).catch(() => ({ newer: [], older: [], related: [] }));
  const names = (entries) => entries.map((entry) => entry.path.split('/')[3]);
  return { newer: names(found.newer), older: names(found.older), related: names(found.related), asked };
})()"""


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.engine.close()


def shard_path(period: str) -> str:
    return f"{BASE}search-{period}.json"


def listed(*posts: str, tags: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """A shard of ``posts``, the newest first."""
    return {
        "entries": [{"path": f"{BASE}{post}/", "title": post, "tags": (tags or {}).get(post, [])} for post in posts]
    }


def divided(*periods: str) -> dict[str, Any]:
    return {"entries": [], "parts": [shard_path(period) for period in periods]}


YEARS = {
    shard_path("2026"): listed("f", "e"),
    shard_path("2025"): listed("d", "c"),
    shard_path("2022"): listed("b", "a"),
}


@pytest.mark.parametrize(
    ("post", "day", "newer", "older", "asked"),
    [
        ("f", "2026-05-01", [], ["e"], ["2026", "archive"]),
        ("e", "2026-02-01", ["f"], ["d"], ["2026", "archive", "2025"]),
        ("d", "2025-09-02", ["e"], ["c"], ["2025", "archive", "2026"]),
        ("c", "2025-01-02", ["d"], ["b"], ["2025", "archive", "2022"]),
        ("a", "2022-01-02", ["b"], [], ["2022", "archive"]),
    ],
)
def test_the_posts_before_and_after_are_found_also_in_other_years_and_no_more_is_read(
    script: Script, post: str, day: str, newer: list[str], older: list[str], asked: list[str]
) -> None:
    found = script.find(YEARS, post, day)
    assert (found["newer"], found["older"]) == (newer, older)
    assert found["asked"] == [name if name == "archive" else shard_path(name) for name in asked]


def test_within_a_year_its_shard_alone_is_read(script: Script) -> None:
    found = script.find({shard_path("2026"): listed("c", "b", "a")}, "b", "2026-02-01")
    assert (found["newer"], found["older"], found["asked"]) == (["c"], ["a"], [shard_path("2026")])


def test_related_posts_share_tags_the_most_and_the_nearest_first_and_none_stands_twice(script: Script) -> None:
    tags = {
        "own": ["teeth", "sleep", "jaw"],
        "newer": ["teeth", "sleep", "jaw"],
        "older": ["teeth"],
        "far-two": ["teeth", "sleep"],
        "near-one": ["jaw"],
        "far-one": ["teeth"],
        "farther-one": ["teeth"],
        "none": ["eyes"],
    }
    posts = ("far-two", "none", "near-one", "newer", "own", "older", "far-one", "farther-one")
    found = script.find({shard_path("2026"): listed(*posts, tags=tags)}, "own", "2026-02-01")
    assert (found["newer"], found["older"]) == (["newer"], ["older"])
    assert found["related"] == ["far-two", "near-one", "far-one"]


LONG = {
    shard_path("2026"): divided("2026-05", "2026-04"),
    shard_path("2026-05"): listed("h", "g"),
    shard_path("2026-04"): divided("2026-04-03", "2026-04-02"),
    shard_path("2026-04-03"): listed("f", "e"),
    shard_path("2026-04-02"): listed("d", "c"),
    shard_path("2025"): listed("b", "a"),
}
ALL_YEARS = [shard_path("2026"), shard_path("2025")]


@pytest.mark.parametrize(
    ("post", "day", "newer", "older"),
    [
        ("h", "2026-05-09", [], ["g"]),
        ("g", "2026-05-01", ["h"], ["f"]),
        ("f", "2026-04-03", ["g"], ["e"]),
        ("e", "2026-04-03", ["f"], ["d"]),
        ("c", "2026-04-02", ["d"], ["b"]),
        ("b", "2025-12-31", ["c"], ["a"]),
    ],
)
def test_a_year_that_is_listed_by_parts_is_read_where_it_lists_the_post(
    script: Script, post: str, day: str, newer: list[str], older: list[str]
) -> None:
    found = script.find(LONG, post, day, ALL_YEARS)
    assert (found["newer"], found["older"]) == (newer, older)


def test_a_post_that_is_not_listed_yet_and_a_shard_that_is_not_there_show_nothing(script: Script) -> None:
    nothing = {"newer": [], "older": [], "related": []}
    assert {**script.find(YEARS, "new", "2026-05-01"), "asked": 0} == {**nothing, "asked": 0}
    assert {**script.find({}, "new", "2026-05-01"), "asked": 0} == {**nothing, "asked": 0}


def test_a_neighbour_that_can_not_be_read_leaves_the_others(script: Script) -> None:
    found = script.find(
        {shard_path("2025"): listed("d", "c")}, "d", "2025-09-02", [shard_path("2026"), shard_path("2025")]
    )
    assert (found["newer"], found["older"]) == ([], ["c"])


def test_a_part_of_a_day_without_an_order_of_time_is_left_out(script: Script) -> None:
    shards = {
        shard_path("2026"): divided("2026-04"),
        shard_path("2026-04"): divided("2026-04-03"),
        shard_path("2026-04-03"): divided("2026-04-03-0"),
    }
    assert script.find(shards, "d", "2026-04-03")["newer"] == []


def test_the_path_of_the_script_holds_the_hash_of_its_content_and_it_makes_no_html_of_text() -> None:
    key, content = load_post_script()
    assert key == f"assets/neighbours.{sha256(content).hexdigest()[:12]}.js"
    assert post_script_path() == f"/{key}"
    assert b"innerHTML" not in content
    assert b"eval" not in content
