"""The search of an archive, its part without a page run on V8."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from colophon.listings.part_page import render_search_shard
from colophon.listings.search import load_search_script, search_script_path
from tests.listings.feeds import HOSTILE, entry, hostile_entry, year


class Script:
    """The script on an engine of its own, without a page."""

    def __init__(self) -> None:
        self.engine = MiniRacer()
        self.engine.eval(load_search_script()[1].decode() + "\n;''")

    def call(self, expression: str, **values: Any) -> Any:
        """What ``expression`` gives, its promises waited for; ``values`` are its variables."""
        given = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
        self.engine.eval(f"var answer; (async () => {{ {given} answer = await ({expression}); }})(); ''")
        return json.loads(str(self.engine.eval("JSON.stringify(answer)")))

    def finds(self, query: str, *texts: str, **fields: Any) -> bool:
        """Whether ``query`` finds an entry whose excerpt is ``texts``."""
        told = {"title": "", "excerpt": " ".join(texts), "tags": [], **fields}
        return bool(self.call("findMatching([indexEntry(told)], query)", told=told, query=query))

    def look(self, shards: dict[str, Any], query: str, enough: int, paths: list[str] | None = None) -> Any:
        """What a search of ``shards`` finds, and which of them it read. A shard that is None can't be read.

        ``paths`` are those that the archive names; all of them, if not given.
        """
        return self.call(
            """(async () => {
              const asked = [];
              const fetchJson = async (path) => {
                asked.push(path);
                if (!shards[path]) { throw new Error(path); }
                return shards[path];
              };
              const loaded = new Shards(paths, fetchJson);
              const before = [...asked];
              const answer = await loaded.find(query, enough);
              const titles = answer.found.map((entry) => entry.title);
              const again = await loaded.find(query, enough);
              return { ...answer, found: titles, before, asked, again: again.found.length };
            })()""",
            shards=shards,
            query=query,
            enough=enough,
            paths=list(shards) if paths is None else paths,
        )


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.engine.close()


def shard(*titles: str) -> Any:
    return json.loads(render_search_shard(year(*(entry(title=title) for title in titles)), 1))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("이갈이", "이갈이와 마우스가드"),
        ("여드름흉터", "여드름 흉터를 치료하는 법"),
        ("레이 저", "레이저 시술"),
        ("코 성형 후기", "성형 후기: 코"),
        ("マスク", "夜のマスクの手入れ"),
        ("歯 ぎしり", "歯ぎしりの原因"),
        ("ﾏｽｸ", "夜のマスクの手入れ"),
        ("护牙", "夜间护牙套的清洗"),
        ("护 牙套", "夜间护牙套的清洗"),
        ("GUARDS night", "Night guards and sleep"),
        ("ＬＡＳＩＫ", "After lasik surgery"),
        ("lasik", "Ｌａｓｉｋ"),
        ("cafe", "Café au lait spots"),
        ("café", "cafe\u0301 au lait spots"),
        ("시술", "\u1109\u1175\u1109\u116e\u11af 사진"),
        ("iz", "İZ"),
        ("co2 laser", "CO₂ laser"),
        ("㎝", "5cm"),
        ("mhz", "2㎒ ultrasound"),
        ("   guards\t\u3000night  ", "Night guards"),
        ("t-zone (oil)", "T-zone (oil) .* care"),
    ],
)
def test_a_query_finds_what_reads_alike(script, query, text):
    assert script.finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("heart", "The article"),
        ("ear ache", "Earwax only"),
        ("흉터", "여드름"),
        ("かん", "がん検診"),
        ("하", "한방"),
        (".*", "Anything"),
        ("", "Anything"),
        (" \u3000 ", "Anything"),
    ],
)
def test_a_query_does_not_find_what_reads_otherwise(script, query, text):
    assert not script.finds(query, text)


def test_a_translation_is_found_by_the_title_of_its_original_and_by_its_tags(script):
    assert script.finds("마우스가드", title="Night guards", source_title="이갈이와 마우스가드")
    assert script.finds("teeth", tags=["sleep", "Teeth"])
    assert script.finds("guards sleep", title="Night guards", tags=["sleep"])


def test_nothing_is_found_across_the_border_of_two_texts(script):
    assert not script.finds("치료수면", title="치료", tags=["수면"])


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_found_by_itself(script, text):
    (told,) = json.loads(render_search_shard(year(hostile_entry(text)), 1))["entries"]
    assert script.call("findMatching([indexEntry(told)], query).length", told=told, query=text) == 1


def test_nothing_is_read_before_a_query_and_the_newest_year_first(script):
    shards = {"/2026.json": shard("Night guards", "Rinsing"), "/2025.json": shard("Guards"), "/2024.json": shard("Old")}
    answer = script.look(shards, "guards", enough=20)
    assert answer["before"] == []
    assert answer["asked"] == ["/2026.json", "/2025.json", "/2024.json"]
    assert answer["found"] == ["Night guards", "Guards"]
    assert not answer["more"]
    assert not answer["failed"]


def test_no_year_is_read_that_is_not_needed_and_none_twice(script):
    shards = {"/2026.json": shard("Guard 1", "Guard 2"), "/2025.json": shard("Guard 3"), "/2024.json": shard("Guard 4")}
    answer = script.look(shards, "guard", enough=2)
    assert answer["asked"] == ["/2026.json"]
    assert answer["found"] == ["Guard 1", "Guard 2"]
    assert answer["more"]
    answer = script.look(shards, "guard", enough=3)
    assert answer["asked"] == ["/2026.json", "/2025.json"]
    assert answer["again"] == 3


def parts_of(*paths: str) -> Any:
    """The shard of a period that is divided: it leads to others."""
    return {"entries": [], "parts": list(paths)}


LONG_YEAR = {
    "/2026.json": parts_of("/2026-02.json", "/2026-01.json"),
    "/2025.json": shard("Guard 2025"),
    "/2026-02.json": parts_of("/2026-02-02.json", "/2026-02-01.json"),
    "/2026-01.json": shard("Guard of January"),
    "/2026-02-02.json": shard("Guard of the 2nd"),
    "/2026-02-01.json": shard("Guard of the 1st"),
}
YEARS = ["/2026.json", "/2025.json"]


def test_a_year_with_very_many_posts_is_read_part_by_part_before_an_earlier_one(script):
    answer = script.look(LONG_YEAR, "guard", enough=20, paths=YEARS)
    assert answer["found"] == ["Guard of the 2nd", "Guard of the 1st", "Guard of January", "Guard 2025"]
    assert answer["asked"] == [
        *("/2026.json", "/2026-02.json", "/2026-02-02.json", "/2026-02-01.json", "/2026-01.json", "/2025.json"),
    ]
    assert not answer["more"]


def test_no_part_is_read_that_is_not_needed(script):
    answer = script.look(LONG_YEAR, "guard", enough=1, paths=YEARS)
    assert answer["asked"] == ["/2026.json", "/2026-02.json", "/2026-02-02.json"]
    assert answer["more"]


def test_a_part_that_can_not_be_read_keeps_back_no_other(script):
    answer = script.look({**LONG_YEAR, "/2026-02.json": None}, "guard", enough=20, paths=YEARS)
    assert answer["failed"]
    assert answer["found"] == ["Guard of January", "Guard 2025"]


def test_more_in_a_year_than_asked_for_is_kept_back(script):
    answer = script.look({"/2026.json": shard("Guard 1", "Guard 2", "Guard 3")}, "guard", enough=2)
    assert answer["found"] == ["Guard 1", "Guard 2"]
    assert answer["more"]


def test_a_year_that_can_not_be_read_is_told_keeps_back_no_other_and_is_asked_for_again(script):
    answer = script.look({"/2026.json": None, "/2025.json": shard("Guard")}, "guard", enough=20)
    assert answer["failed"]
    assert answer["found"] == ["Guard"]
    assert answer["asked"] == ["/2026.json", "/2025.json", "/2026.json"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"found": 2, "more": False, "failed": False}, "2 in all"),
        ({"found": 2, "more": True, "failed": False}, "the first 2"),
        ({"found": 2, "more": True, "failed": True}, "the first 2 · failed"),
        ({"found": 0, "more": False, "failed": False}, "none"),
        ({"found": 0, "more": False, "failed": True}, "failed"),
    ],
)
def test_how_many_are_shown_is_never_told_as_all_that_there_are(script, answer, said):
    words = {"found": "{number} in all", "first": "the first {number}", "none": "none", "failed": "failed"}
    told = {**answer, "found": [{}] * answer["found"]}
    assert script.call("Search.prototype.statusText.call({ words }, told)", words=words, told=told) == said


def test_the_script_goes_out_under_the_hash_of_its_content():
    key, content = load_search_script()
    assert key == f"assets/search.{sha256(content).hexdigest()[:12]}.js"
    assert search_script_path() == f"/{key}"


def test_the_script_writes_text_and_never_markup():
    code = load_search_script()[1].decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "://"):
        assert way not in code
