"""The gate of listings: notices before the first entry, a label in each before its title, all of it in sight."""

import re
from html import escape

import pytest

from colophon.notices.gate import check_listing
from colophon.notices.policy import entry_label, notices_for_listing
from colophon.notices.texts import load_notice_file
from colophon.page.paths import about_path
from colophon.problem import Misconfigured

TITLES = ("Dry eyes", 'Knees & "rain" <b>', "The hidden cost of a nap")
ENTRIES = len(TITLES)


def _line(notice):
    opening = f'<p class="notice" data-notice="{notice.id}" data-version="{notice.version}">'
    link = f'<a href="{notice.href}">{escape(notice.link)}</a>' if notice.link else ""
    return f"{opening}{escape(notice.text)}{link}</p>\n"


def _missing(name):
    """What the gate says; a notice has the same version in every language."""
    return f"“{name}” version {load_notice_file('en').wordings[name].version} is missing"


def _entry(label, title):
    link = f'<h3><a href="/en/a/b/" title="{escape(title)}">{escape(title)}</a></h3>'
    picture = '<a href="/en/a/b/"><img src="/images/1" alt="" aria-hidden="true"></a>'
    return f'<li class="entry">\n{picture}\n{label}{link}\n<ul><li>eyes</li></ul>\n</li>\n'


def _listing(lang, site, titles=TITLES):
    """A listing as the templates write it: (page, owed, label)."""
    owed = notices_for_listing(lang, site, about_path(lang))
    label = entry_label(lang, original=lang == "ko")
    notices = "".join(map(_line, owed))
    entries = "".join(_entry(_line(label), title) for title in titles)
    # Around the notices is what a page may fold or hide: a menu, a search field that waits for its script.
    page = f"""<!doctype html><html><head><style>p {{ }}</style></head><body>
<header><details><summary>Menu</summary><ul><li>x</li></ul></details></header>
<main id="main"><h1>Badaro Eye</h1><form hidden><input type="search" hidden></form>
{notices}<h2>Newest</h2><ul>
{entries}</ul><details><summary>2024</summary></details></main><footer>z</footer></body></html>"""
    return page, owed, label


def _check(page, owed, label, entries=ENTRIES):
    check_listing(page.encode(), owed, label, entries)


def _refused(page, owed, label, *words, entries=ENTRIES):
    with pytest.raises(Misconfigured) as raised:
        _check(page, owed, label, entries)
    assert all(word in str(raised.value) for word in words), raised.value


PAGES = [
    ("en", "listing-note"), ("en", "medical-note"), ("en", "about-translations"), ("ja", "listing-note"),
    ("ko", "listing-note-archive"), ("ko", "medical-note"), ("ko", "about-archive"),
]  # fmt: skip


@pytest.fixture(params=PAGES, ids="-".join)
def noticed(request, site):
    """A listing, and one notice of the page: (page, owed, label, name, its line)."""
    lang, name = request.param
    page, owed, label = _listing(lang, site)
    _check(page, owed, label)
    return page, owed, label, name, next(_line(notice) for notice in owed if notice.id == name)


def test_a_notice_taken_away_stops_the_listing_and_is_named(noticed):
    page, owed, label, name, line = noticed
    _refused(page.replace(line, ""), owed, label, _missing(name))


@pytest.mark.parametrize("mark", ['<li class="entry">', "</h3>", "</main>"])
def test_a_notice_moved_behind_the_first_entry_stops_the_listing(noticed, mark):
    page, owed, label, name, line = noticed
    _refused(page.replace(line, "").replace(mark, mark + line if mark[1] == "l" else line + mark), owed, label, name)


@pytest.mark.parametrize("mark", ["<header>", "<footer>"])
def test_a_notice_outside_the_pages_main_part_stops_the_listing(noticed, mark):
    page, owed, label, name, line = noticed
    _refused(page.replace(line, "").replace(mark, mark + line), owed, label, _missing(name))


def test_a_notice_said_twice_cut_or_in_another_version_stops_the_listing(noticed):
    page, owed, label, name, line = noticed
    _refused(page.replace(line, line + line), owed, label, name, "more than once")
    _refused(page.replace(line, line.replace("</p>", "x</p>")), owed, label, name, "full text")
    _refused(page.replace(line, re.sub('version="[0-9]+"', 'version="99"', line)), owed, label, name, "another version")


HIDING = [
    "<details>{}</details>", "<div hidden>{}</div>", '<div class="a" hidden="">{}</div>',
    "<div aria-hidden='true'>{}</div>",
    "<div id=a inert>{}</div>", "<div style='opacity:0'>{}</div>", "<template>{}</template>", "<noscript>{}</noscript>",
    "<div hidden><div>x</div>{}</div>", "<details><summary>x</summary><details></details>{}</details>",
    "<details><summary>x</summary></details>\n<dl>{}</dl>", "<!-- {} -->", "<!-- <p> {}",
]  # fmt: skip


@pytest.mark.parametrize("around", HIDING)
def test_a_notice_hidden_or_folded_stops_the_listing(noticed, around):
    page, owed, label, name, line = noticed
    _refused(page.replace(line, around.format(line)), owed, label, _missing(name))


@pytest.mark.parametrize("around", HIDING)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_label_hidden_or_folded_stops_the_listing(site, around, number):
    page, owed, label = _listing("en", site)
    parts = page.split(_line(label))
    parts[number - 1 : number + 1] = [around.format(_line(label)).join(parts[number - 1 : number + 1])]
    _refused(_line(label).join(parts), owed, label, *([] if "<!-- <p>" in around else [f"in entry {number} "]))


def test_a_page_hidden_as_a_whole_stops_the_listing(site):
    page, owed, label = _listing("en", site)
    for part in ("<html", "<body", '<main id="main"', "<ul"):
        _refused(page.replace(f"{part}>", f"{part} hidden>"), owed, label)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_label_that_is_not_before_its_title_stops_the_listing_and_its_entry_is_named(site, lang, number):
    page, owed, label = _listing(lang, site)
    head, *entries = page.split('<li class="entry">')
    line, entry = _line(label), entries[number - 1]
    bare = entry.replace(line, "")
    for changed in (bare, bare.replace("</h3>", "</h3>" + line), bare.replace("\n</li>\n", "\n</li>" + line),
                    line + entry, entry.replace("</h3>", "</h3>" + line), f"</li>{entry}"):  # fmt: skip
        entries[number - 1] = changed
        _refused('<li class="entry">'.join([head, *entries]), owed, label, f"entry {number} ")


def test_a_label_above_the_list_stops_the_listing(site):
    page, owed, label = _listing("en", site)
    _refused(page.replace("<h2>", _line(label) + "<h2>"), owed, label, "“label” is present but not owed")


def test_the_label_of_the_other_kind_stops_the_listing(site):
    page, owed, label = _listing("en", site)
    other = entry_label("en", original=True)
    _refused(
        page.replace(_line(label), _line(other)), owed, label, "“archive-label” is present but not owed", "in entry 3 "
    )


def test_a_listing_has_as_many_entries_as_it_was_made_from(site):
    page, owed, label = _listing("en", site)
    for entries in (2, 4):
        _refused(page, owed, label, f"3 of {entries} entries are visible", entries=entries)
    _refused(page.replace('<li class="entry">', "<li>", 1), owed, label, "2 of 3 entries are visible")
    _refused(
        page.replace('<li class="entry">', '<li class="entry" hidden>', 1), owed, label, "2 of 3 entries are visible"
    )


def test_an_entry_without_a_title_that_is_a_link_stops_the_listing(site):
    page, owed, label = _listing("en", site)
    _refused(page.replace("<h3>", "<h4>").replace("</h3>", "</h4>"), owed, label, "entry 1 has no title")
    _refused(re.sub("<h3>.*</h3>", "<h3>x</h3>", page, count=1), owed, label, "entry 1 has no title")


def test_entries_of_the_same_bytes_are_each_named_by_their_number(site):
    page, owed, label = _listing("en", site, titles=("Dry eyes", "Dry eyes", "Knees"))
    _check(page, owed, label)
    _refused(page.replace("<h3>", "<h4>").replace("</h3>", "</h4>"), owed, label, "entry 1 has", "entry 2 has")
    _refused(page.replace(f"{_line(label)}<h3>", "<h3>"), owed, label, "in entry 1 ", "in entry 2 ", "in entry 3 ")


def test_a_listing_without_entries_owes_its_page_notices_only(site):
    page, owed, label = _listing("en", site, titles=())
    _check(page, owed, label, 0)
    for notice in owed:
        _refused(page.replace(_line(notice), ""), owed, label, notice.id, entries=0)


def test_a_title_that_imitates_notices_and_entries_neither_breaks_nor_heals_a_listing(site):
    label = entry_label("en", original=False)
    titles = ('<li class="entry">' + _line(label), "<!-- ", '" hidden><div hidden>', "<details>", " hidden style=x ")
    page, owed, label = _listing("en", site, titles)
    _check(page, owed, label, len(titles))
    _refused(page.replace(_line(label), "", 1), owed, label, "in entry 1 ", entries=len(titles))
