"""The site's own listings and feeds, held to the gate: as they are made, and with any one of their notices gone."""

import json
import re

import pytest
from msgspec.structs import replace

from colophon.language.served import served_languages
from colophon.listings.cards import ClinicSummary
from colophon.listings.feeds import FeedView, render_atom_feed, render_json_feed
from colophon.listings.kinds.clinic import ArchiveView, YearCount, render_archive
from colophon.listings.kinds.home import HomeView, render_home
from colophon.listings.kinds.language import DirectoryView, render_directory
from colophon.listings.part_page import PeriodView, render_period
from colophon.listings.periods import Period
from colophon.listings.sources import ClinicInLanguage
from colophon.notices.gate import check_feed, check_listing
from colophon.notices.policy import entry_label, notices_for_feed, notices_for_listing
from colophon.page.entry import build_entry
from colophon.page.paths import about_path
from colophon.problem import Misconfigured

TITLES = ("Dry eyes", "<details>", '" hidden x="', '<!-- <li class="entry">', "Knees & rain")
PAGES = {
    "month": lambda shelf, listed: render_period(PeriodView(shelf, Period(2025, 8), listed), 1),
    "archive": lambda shelf, listed: render_archive(
        ArchiveView(shelf, (YearCount(2025, {8: len(listed)}),) if listed else (), listed, ("eyes",)), 1
    ),
    "home": lambda shelf, listed: render_home(HomeView(shelf.lang, shelf.site, listed, _clinics(shelf), 1), 1),
    "directory": lambda shelf, listed: render_directory(DirectoryView(shelf.lang, shelf.site, _clinics(shelf)), 1),
}
FEEDS = {
    "atom": lambda shelf, listed: render_atom_feed(FeedView(shelf.lang, shelf.site, shelf, listed), 1),
    "json": lambda shelf, listed: render_json_feed(FeedView(shelf.lang, shelf.site, None, listed), 1),
}


def _clinics(shelf):
    return (ClinicSummary(shelf.slug, shelf.names, ("eyes",)),)


@pytest.fixture(params=served_languages())
def shelf(request, site, make_view):
    """(shelf, entries, label) in one language."""
    lang = request.param
    site = site.model_copy(update={"languages": served_languages()})
    entry = build_entry(replace(make_view(lang), site=site))
    listed = tuple(replace(entry, title=title) for title in TITLES)
    label = entry_label(lang, original=lang == "ko")
    return ClinicInLanguage(lang, entry.clinic, entry.names, site), listed, label


@pytest.mark.parametrize("kind", PAGES)
def test_a_listing_passes_full_and_empty_but_not_without_any_one_of_its_notices(kind, shelf):
    place, listed, label = shelf
    owed = notices_for_listing(place.lang, place.site, about_path(place.lang))
    check_listing(PAGES[kind](place, ()), owed, label, 0)
    page, entries = PAGES[kind](place, listed), 0 if kind == "directory" else len(listed)
    check_listing(page, owed, label, entries)
    # What a script may show later is not in sight, and heals nothing.
    page = re.sub(rb"(?s)<template.*?</template>", b"", page)
    lines = list(re.finditer(rb'<p class="notice" data-notice="([^"]*)".*?</p>', page))
    assert len(lines) == len(owed) + entries
    for line in lines:
        for instead in (b"", b"<!--%s-->" % line.group(), b"<details>%s</details>" % line.group()):
            with pytest.raises(Misconfigured, match=line[1].decode()):
                check_listing(page[: line.start()] + instead + page[line.end() :], owed, label, entries)


@pytest.mark.parametrize("kind", FEEDS)
def test_a_feed_passes_full_and_empty_but_not_without_the_words_of_any_one_notice(kind, shelf):
    place, listed, label = shelf
    owed = notices_for_feed(place.lang, place.site)
    check_feed(FEEDS[kind](place, ()), owed, label, 0)
    feed = FEEDS[kind](place, listed).decode()
    check_feed(feed.encode(), owed, label, len(listed))
    for notice in (label, *owed):
        written = notice.full_text if notice.full_text in feed else json.dumps(notice.full_text)[1:-1]
        assert written in feed
        with pytest.raises(Misconfigured, match=notice.id):
            check_feed(feed.replace(written, "").encode(), owed, label, len(listed))
