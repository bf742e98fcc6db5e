"""In the listings of one clinic an entry has its post's name as its id, unless the page has that id itself."""

import re
from importlib.resources import files

import pytest

from colophon.listings.kinds.clinic import render_archive
from colophon.listings.kinds.home import render_home
from colophon.listings.part_page import render_period
from colophon.page.paths import OWN_IDS, entry_id, entry_path, period_id
from colophon.upload.keys import PageRef, PostRef, parse_key

TEMPLATES = {path.name: path.read_text() for path in (files("colophon") / "templates").iterdir() if path.is_file()}


def _ids(tree):
    patterns = {entry for template in tree.iter("template") for entry in template.iter("li")}
    return [entry.get("id") for entry in tree.iter("li") if entry.get("class") == "entry" and entry not in patterns]


@pytest.mark.parametrize("kind", ["month", "archive"])
def test_entries_of_one_clinic_are_found_by_the_names_of_their_posts(make_month, make_archive, parse, kind):
    page = render_period(make_month(), 1) if kind == "month" else render_archive(make_archive(), 1)
    assert [name for name in _ids(parse(page)) if name] == ["post-0", "post-1", "post-2"]


def test_a_list_of_several_clinics_has_no_ids(make_home, parse):
    assert _ids(parse(render_home(make_home(), 1))) == [None, None, None]


def test_the_ids_of_our_templates_are_all_known():
    named = {name for text in TEMPLATES.values() for name in re.findall(r' id="([^"{]+)"', text)}
    assert len(named) > 5
    assert named == OWN_IDS


def test_other_ids_are_made_for_entries_and_for_what_no_post_has_the_name_of():
    made = {name for text in TEMPLATES.values() for name in re.findall(r' id="{{ ([^}]+) }}"', text)}
    assert made == {"id", "topic.id", "year.anchor", "month.anchor"}


@pytest.mark.parametrize("post", sorted(OWN_IDS))
def test_a_post_with_the_name_of_an_id_of_ours_has_none_and_its_page_leads_to_the_month(
    make_month, make_entry, parse, post
):
    tree = parse(render_period(make_month(entries=(make_entry(post=post), make_entry(post="another"))), 1))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert _ids(tree) == [None, "another"]
    assert entry_path(PageRef(PostRef("noeul-dental", post), "en"), 2026, 4) == "/en/noeul-dental/2026/04/"


@pytest.mark.parametrize("post", ["2026", "2026-04", "2024-12"])
def test_a_post_with_the_name_of_a_period_is_the_only_one_with_its_id(make_archive, make_entry, parse, post):
    tree = parse(render_archive(make_archive(newest=(make_entry(post=post), make_entry(post="another"))), 1))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert [name for name in _ids(tree) if name] == [post, "another"]
    assert entry_path(PageRef(PostRef("noeul-dental", post), "en"), 2026, 4).endswith(f"#{post}")


def test_no_post_can_have_the_name_of_an_id_of_a_period():
    assert isinstance(parse_key(PageRef(PostRef("noeul-dental", "2026-04"), "en").key), PageRef)
    assert not isinstance(parse_key(PageRef(PostRef("noeul-dental", period_id("2026-04")), "en").key), PageRef)


def test_any_other_post_leads_to_its_own_entry():
    page = PageRef(PostRef("noeul-dental", "night-guards"), "en")
    assert entry_path(page, 2026, 4) == "/en/noeul-dental/2026/04/#night-guards"
    assert entry_id("night-guards") == "night-guards"
