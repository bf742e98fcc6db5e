"""The search of a language: what Python writes is what the script finds, also among very many posts."""

import gzip
import json
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.search import load_search_script
from colophon.listings.search_index import (
    MOST_SHARDS_OF_POST,
    SHARD_BYTES,
    SearchedRow,
    count_shards,
    divide_posts,
    find_own_words,
    render_search_index,
    render_shard,
    searched_row,
)
from colophon.listings.search_words import fold, shard_of, split_words
from colophon.page.entry import Entry
from tests.listings.feeds import HOSTILE
from tests.listings.searched_posts import QUERIES, SPECIAL, make_entries, path_of
from tests.listings.test_search_script import Script

# The script and all that one query reads, compressed as CloudFront does it.
MOST_BYTES = 150_000
LANGUAGES = ("en", "ko", "ja")


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.engine.close()


@cache
def files_of_search(lang: str) -> dict[str, bytes]:
    """The files of the search of 10,000 posts, by path."""
    entries = sorted(make_entries(lang), key=lambda entry: (-entry.posted.toordinal(), entry.clinic, entry.post))
    return write_files(lang, entries)


def write_files(lang: str, entries: Sequence[Entry]) -> dict[str, bytes]:
    shards = {
        f"/{lang}/search/{number:02}.json": render_shard(lang, [(entries[place], shown) for place, shown in posts], 1)
        for number, posts in enumerate(divide_posts(entries))
    }
    return shards | {f"/{lang}/search/index.json": render_search_index(lang, entries, 1)}


class Searcher:
    """The script with the files of one language, which it reads as a page would."""

    def __init__(self, script: Script, lang: str) -> None:
        self.script, self.lang, self.files = script, lang, files_of_search(lang)
        texts = {path: content.decode() for path, content in self.files.items()}
        script.engine.eval(f"var {self.name} = {json.dumps(texts)}; ''")

    @property
    def name(self) -> str:
        return f"files_{self.lang}"

    def find(self, query: str, enough: int = 20) -> Any:
        """What is found first, and which files are read for it."""
        return self.script.call(
            f"""(async () => {{
              const read = [];
              const fetchJson = async (path) => {{
                read.push(path);
                return JSON.parse({self.name}[path]);
              }};
              const search = new LanguageSearch(`/${{lang}}/search/index.json`, fetchJson);
              const answer = await search.find(query, enough);
              return {{ ...answer, found: answer.found.map(({{ kind, path, title }}) => [kind, path, title]), read }};
            }})()""",
            lang=self.lang,
            query=query,
            enough=enough,
        )


@pytest.fixture(scope="module")
def searchers(script: Script) -> dict[str, Searcher]:
    return {lang: Searcher(script, lang) for lang in LANGUAGES}


def first_post(answer: Any) -> str:
    return next((path for kind, path, _ in answer["found"] if kind == "post"), "")


@pytest.mark.parametrize(("lang", "typed", "place"), QUERIES, ids=lambda value: str(value))
def test_a_query_finds_the_post_that_it_means_and_reads_little(
    searchers: dict[str, Searcher], lang: str, typed: str, place: int
) -> None:
    answer = searchers[lang].find(typed)
    assert not answer["failed"]
    assert first_post(answer) == path_of(lang, place)
    assert weigh(lang, answer["read"]) <= MOST_BYTES


def test_there_are_fifty_queries_in_three_scripts() -> None:
    assert len(QUERIES) >= 50
    assert {lang for lang, _, _ in QUERIES} == set(LANGUAGES)
    assert {place for _, _, place in QUERIES} == set(SPECIAL)


def weigh(lang: str, paths: Sequence[str]) -> int:
    files = [load_search_script()[1], *(files_of_search(lang)[path] for path in paths)]
    return sum(len(gzip.compress(content, 6)) for content in files)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_shards_with_the_index_and_the_script_are_too_much_for_one_query(lang: str) -> None:
    shards = sorted(path for path in files_of_search(lang) if not path.endswith("index.json"))
    assert len(shards) == 64
    largest = sorted(shards, key=lambda path: -weigh(lang, [path]))[:2]
    assert weigh(lang, [f"/{lang}/search/index.json", *largest]) <= MOST_BYTES
    assert max(len(files_of_search(lang)[path]) for path in shards) <= SHARD_BYTES * 1.1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Moon River 07", ("clinic", "/en/clinic-07/", "Moon River 07 Clinic")),
        ("달강07의원", ("clinic", "/en/clinic-07/", "Moon River 07 Clinic")),
        ("knees", ("topic", "/en/search/#topic-knee", "knee")),
        ("bruxism", ("topic", f"/en/clinic-{6789 % 40:02}/#q=bruxism", "bruxism")),
        ("bruxsm", ("topic", f"/en/clinic-{6789 % 40:02}/#q=bruxism", "bruxism")),
    ],
)
def test_clinics_and_topics_come_before_posts(
    searchers: dict[str, Searcher], typed: str, found: tuple[str, ...]
) -> None:
    assert tuple(searchers["en"].find(typed)["found"][0]) == found


def test_a_clinic_is_found_with_its_newest_posts(searchers: dict[str, Searcher]) -> None:
    answer = searchers["en"].find("moon river 07")
    assert first_post(answer) == path_of("en", 9967)


def test_words_of_a_title_come_before_beginnings_topics_clinics_and_errors(script: Script) -> None:
    entries = [
        make_post("a-word", title="Heal", day=1),
        make_post("a-beginning", title="Healthy feet", day=2),
        make_post("a-topic", title="Feet", tags=("heal",), day=3),
        make_post("a-clinic", title="Feet", clinic="Heal Clinic", day=4),
        make_post("newer", title="Heals", day=5),
    ]
    assert posts_found(script, entries, "heal") == ["newer", "a-word", "a-beginning", "a-topic", "a-clinic"]


def test_a_post_that_is_found_by_a_topic_or_its_original_shows_them(script: Script) -> None:
    entry = make_post("it", title="Feet", tags=("toe nails", "shoes"), source_title="발 이야기")
    assert explanations(script, [entry], "nails") == ["toe nails"]
    assert explanations(script, [entry], "feet") == [""]
    assert explanations(script, [entry], "feet 이야기") == ["발 이야기"]


def test_an_error_is_only_looked_for_where_nothing_else_is_found(script: Script) -> None:
    entries = [make_post("casting", title="Casting a wrist", day=1), make_post("coating", title="Coating teeth", day=2)]
    assert posts_found(script, entries, "casting") == ["casting"]
    assert posts_found(script, entries, "cating") == ["coating", "casting"]
    assert posts_found(script, entries, "zzzzing") == []


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("surgeries", "A surgery"),
        ("biopsy", "Two biopsies"),
        ("patches", "One patch"),
        ("patch", "Patches"),
        ("healed", "How it heals"),
        ("healing", "To heal"),
        ("stopped", "Stopping"),
        ("moving", "To move"),
        ("glasses", "A glass"),
        ("doctor's", "The doctor"),
    ],
)
def test_endings_of_english_words_make_no_difference(script: Script, typed: str, title: str) -> None:
    assert posts_found(script, [make_post("it", title=title)], typed) == ["it"]


@pytest.mark.parametrize("typed", ["ㄱ", "가", "갑", "가바", "가방", "가방을"])
def test_hangul_is_found_while_a_syllable_is_typed(script: Script, typed: str) -> None:
    assert posts_found(script, [make_post("bag", lang="ko", title="가방을 드는 법")], typed) == ["bag"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_title_is_found_by_itself_and_read_as_text(script: Script, text: str) -> None:
    entries = [make_post("hostile", title=text, tags=(text,))]
    found = {
        path.split("/")[3]
        for kind, path, title in look(script, "en", entries, text)
        if kind == "post" and title == text
    }
    assert found == ({"hostile"} if split_words(fold(text)) else set())


def make_post(name: str, *, lang: str = "en", clinic: str = "Any", day: int = 1, **fields: Any) -> Entry:
    base = make_entries(lang)[0]
    names = tuple(replace(each, text=clinic) for each in base.names[:1])
    values = {"tags": (), "source_title": "", **fields}
    return replace(base, post=name, clinic="any", names=names, posted=base.posted.replace(day=day), **values)


def look(script: Script, lang: str, entries: Sequence[Entry], query: str, *fields: str) -> list[Any]:
    newest_first = sorted(entries, key=lambda entry: (-entry.posted.toordinal(), entry.post))
    files = {path: json.loads(content) for path, content in write_files(lang, newest_first).items()}
    found: list[Any] = script.call(
        """(async () => {
          const search = new LanguageSearch(`/${lang}/search/index.json`, async (path) => files[path]);
          return (await search.find(query, 20)).found.map((one) => fields.map((field) => one[field]));
        })()""",
        lang=lang,
        files=files,
        query=query,
        fields=fields or ("kind", "path", "title"),
    )
    return found


def explanations(script: Script, entries: Sequence[Entry], query: str) -> list[str]:
    return [why for kind, why in look(script, "en", entries, query, "kind", "excerpt") if kind == "post"]


def posts_found(script: Script, entries: Sequence[Entry], query: str) -> list[str]:
    return [path.split("/")[3] for kind, path, _ in look(script, entries[0].lang, entries, query) if kind == "post"]


def test_a_post_is_in_few_shards_and_the_newest_posts_of_a_word_are_in_its_shard() -> None:
    entries = sorted(make_entries("en"), key=lambda entry: (-entry.posted.toordinal(), entry.clinic, entry.post))
    shards = divide_posts(entries)
    times = [0] * len(entries)
    for posts in shards:
        for place, _ in posts:
            times[place] += 1
    assert max(times) <= MOST_SHARDS_OF_POST
    # Those with a rare word are there whatever their age.
    assert all(times[place] for place, entry in enumerate(entries) if entry.post in {f"post-{n:05}" for n in SPECIAL})
    for word in ("knee", "surgery", "winter"):
        having = [place for place, entry in enumerate(entries) if word in split_words(fold(entry.title))]
        assert {place for place, _ in shards[shard_of(word, 64)]} >= set(having[:100])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_build_finds_the_words_of_posts_apart_and_makes_the_same_shards(lang: str) -> None:
    entries = make_entries(lang)[:400]
    rows = [
        searched_row(EntryRow(entry.lang, entry.clinic, entry.posted, entry.post, "id", entry)) for entry in entries
    ]
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(rows), type=list[SearchedRow])
    assert [row.words for row in sent] == [find_own_words(entry) for entry in entries]
    shown = [row.entry for row in sent if row.entry]
    shards = divide_posts(shown, [row.words for row in sent])
    assert shards == divide_posts(entries)
    assert [render_shard(lang, [(shown[place], named) for place, named in posts], 1) for posts in shards] == [
        render_shard(lang, [(entries[place], named) for place, named in posts], 1) for posts in shards
    ]
    assert render_search_index(lang, shown, 1) == render_search_index(lang, entries, 1)


def test_few_posts_take_few_shards() -> None:
    assert [count_shards(posts) for posts in (0, 1, 300, 301, 1000, 1001, 20_000)] == [1, 1, 1, 16, 16, 64, 64]


def test_the_same_posts_make_the_same_shards_in_any_order_of_tags() -> None:
    entries = make_entries("ja")[:500]
    assert write_files("ja", entries) == write_files("ja", list(entries))


def characters() -> Iterator[str]:
    """Every tenth assigned letter, mark, number and sign of Unicode 12, which Python and V8 both know."""
    codes = [*range(0x20, 0x3000), *range(0x3000, 0x3200), *range(0x3200, 0x30000, 10)]
    known = (chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)
    yield from (each for each in known if unicodedata.category(each) not in ("Cn", "Co", "Cs"))


def test_python_and_the_script_fold_split_and_place_words_alike(script: Script) -> None:
    chance = Random(5)
    drawn = list(characters())
    texts = ["".join(chance.choices(drawn, k=6)) for _ in range(2000)]
    texts += [title for place in SPECIAL.values() for title, _ in place.values()]
    texts += [*HOSTILE, "İstanbul ΟΔΟΣ", "ﾏｳｽｶﾞｰﾄﾞ", "Ｃａｆé CO₂", "MRI검사와 CT", "値段は2,000円〜"]
    expected = [[[word, shard_of(word, 64)] for word in split_words(fold(text))] for text in texts]
    found = script.call(
        "texts.map((text) => splitWords(fold(text)).map((word) => [word, shardOf(word, 64)]))", texts=texts
    )
    differing = [(text, one, other) for text, one, other in zip(texts, found, expected, strict=True) if one != other]
    assert differing == []


@pytest.mark.parametrize("typed", ["knee", "knee surgery", "winter"])
def test_words_that_very_many_posts_have_find_the_newest(searchers: dict[str, Searcher], typed: str) -> None:
    terms = typed.split()
    newest = max(
        (entry for entry in make_entries("en") if set(terms) <= set(split_words(fold(entry.title)))),
        key=lambda entry: entry.posted,
    )
    found = searchers["en"].find(typed)["found"]
    paths = [path for kind, path, _ in found if kind == "post"]
    days = {entry.path: entry.posted for entry in make_entries("en")}
    assert days[paths[0]] == newest.posted
    assert len(paths) >= 5
