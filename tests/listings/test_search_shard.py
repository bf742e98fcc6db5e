"""Search shards: what the search shows and looks into, and nothing else."""

import json

import pytest

from colophon.listings.part_page import render_search_shard
from tests.listings.feeds import ENTRY, HOSTILE, ORIGINAL, PLAIN, hostile_entry, year


def read(view):
    return json.loads(render_search_shard(view, 12))


def test_a_shard_says_what_a_result_shows():
    shard = read(year(ENTRY, PLAIN))
    assert (shard["rev"], shard["lang"], shard["clinic"], shard["year"]) == (12, "en", "noeul-dental", 2025)
    assert shard["entries"][0] == {
        "title": "Night guards",
        "source_title": "이갈이와 마우스가드",
        "excerpt": "Grinding wears teeth down.",
        "tags": ["teeth", "sleep"],
        "path": "/en/noeul-dental/night-guards/",
        "date": "2025-02-03",
        "day": "February 3, 2025",
    }
    assert [entry["path"] for entry in shard["entries"]] == [ENTRY.path, PLAIN.path]


def test_an_originals_title_stands_there_once():
    (entry,) = read(year(ORIGINAL, lang="ko"))["entries"]
    assert entry["title"] == "이갈이와 마우스가드"
    assert "source_title" not in entry
    assert entry["day"] == "2025년 2월 3일"


def test_the_revision_stands_once_where_comparisons_mask_it():
    view = year(ENTRY, *map(hostile_entry, HOSTILE))
    assert render_search_shard(view, 12).count(b'"rev": ') == 1
    assert render_search_shard(view, 12).replace(b'"rev": 12', b'"rev": 13') == render_search_shard(view, 13)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_comes_back_as_it_was(text):
    (entry,) = read(year(hostile_entry(text)))["entries"]
    assert [entry["title"], entry["source_title"], entry["excerpt"], *entry["tags"]] == [text] * 4


def test_a_shard_is_small():
    assert len(render_search_shard(year(ENTRY), 1)) < 400
    assert render_search_shard(year(ENTRY), 1).count(b"\n") == 1
