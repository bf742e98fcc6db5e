"""Feeds: the entries they share, as Atom 1.0 (RFC 4287) and JSON Feed 1.1."""

from typing import Any

from markupsafe import Markup
from msgspec import Struct

from colophon.listings.documents import encode_json, find_latest, last_changed, render_xml, to_instant
from colophon.listings.finished import listing_object
from colophon.listings.sources import ClinicInLanguage
from colophon.notices.gate import check_feed
from colophon.notices.policy import difference_notices, entry_label, notices_for_feed
from colophon.page.entry import Entry, Picture
from colophon.page.objects import ATOM_TYPE, JSON_FEED_TYPE, SiteObject, listing_tags
from colophon.page.paths import archive_path, atom_path, home_path, json_feed_path
from colophon.site_settings import SiteSettings

# By the file name extensions of image copies. For any other the feed states no type.
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


class FeedView(Struct, frozen=True):
    """The feed of a language (``clinic`` is None) or of a clinic in it: the newest entries first."""

    lang: str
    site: SiteSettings
    clinic: ClinicInLanguage | None
    entries: tuple[Entry, ...]


class FeedPicture(Struct, frozen=True):
    """A picture: its absolute URL, and its media type, which may be empty."""

    url: str
    media_type: str


class FeedEntry(Struct, frozen=True):
    """One post. ``title`` begins with the label; ``html`` is the label, the notices and the excerpt, each a paragraph.

    ``published`` and ``updated`` are instants (RFC 3339). ``tags`` begin with the label too.
    """

    url: str
    title: str
    summary: str
    html: str
    published: str
    updated: str
    author: str
    tags: tuple[str, ...]
    picture: FeedPicture | None


class Feed(Struct, frozen=True):
    """A language's or a clinic's feed. ``url`` is the HTML page with the same entries; ``about`` is the notices' text.

    ``author`` is the clinic; in a feed of many clinics it is the site.
    """

    lang: str
    url: str
    title: str
    about: str
    author: str
    updated: str
    entries: tuple[FeedEntry, ...]


def build_feed(view: FeedView) -> Feed:
    """Raises Misconfigured if a notice has no text in the feed's language."""
    site_name = view.site.title(view.lang)
    clinic_name = view.clinic.names[0].text if view.clinic else ""
    page = archive_path(view.lang, view.clinic.slug) if view.clinic else home_path(view.lang)
    notices = tuple(notice.full_text for notice in notices_for_feed(view.lang, view.site))
    return Feed(
        lang=view.lang,
        url=view.site.url + page,
        title=f"{clinic_name} · {site_name}" if clinic_name else site_name,
        about=" ".join(notices),
        author=clinic_name or site_name,
        updated=to_instant(find_latest(last_changed(entry) for entry in view.entries)),
        entries=tuple(_build_feed_entry(entry, view.site.url, notices) for entry in view.entries),
    )


def _build_feed_entry(entry: Entry, site_url: str, notices: tuple[str, ...]) -> FeedEntry:
    label = entry_label(entry.lang, entry.original).full_text
    notices += tuple(notice.full_text for notice in difference_notices(entry.lang, dict(entry.differences)))
    return FeedEntry(
        url=site_url + entry.path,
        title=_join_words(label, entry.title),
        summary=_join_words(label, entry.excerpt),
        html=_render_paragraphs(label, *notices, entry.excerpt),
        published=to_instant(entry.published),
        updated=to_instant(last_changed(entry)),
        author=entry.names[0].text,
        tags=tuple(dict.fromkeys((label, *entry.tags))),
        picture=_build_feed_picture(entry.pictures[0], site_url) if entry.pictures else None,
    )


def _join_words(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _render_paragraphs(*paragraphs: str) -> str:
    return str(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in paragraphs if text))


def _build_feed_picture(picture: Picture, site_url: str) -> FeedPicture:
    return FeedPicture(site_url + picture.path, _MEDIA_TYPES.get(picture.path.rpartition(".")[2], ""))


def render_atom_feed(view: FeedView, rev: int) -> bytes:
    """An Atom 1.0 feed (RFC 4287) of ``view``, in UTF-8; ``rev`` counts from 1.

    The feed's id is the URL of the page with the same entries; an entry's id is the URL of its page. An entry has its
    text as a summary, which the RFC defines for excerpts (4.2.13), not as content, which would claim to be the post.
    Raises Misconfigured if a notice has no text in the feed's language.
    """
    own_url = view.site.url + atom_path(view.lang, _slug(view))
    return render_xml("atom.xml", rev, feed=build_feed(view), own_url=own_url)


_VERSION = "https://jsonfeed.org/version/1.1"
# A feed may have a publisher's own objects; their names begin with an underscore, and they describe themselves.
_ABOUT_REV = "How often this file has been rebuilt. It says nothing about the posts."


def render_json_feed(view: FeedView, rev: int) -> bytes:
    """A JSON Feed, version 1.1 (jsonfeed.org) of ``view``, in UTF-8; ``rev`` counts from 1.

    An item's id is the URL of its page. Raises Misconfigured if a notice has no text in the feed's language.
    """
    feed = build_feed(view)
    return encode_json(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": feed.url,
            "feed_url": view.site.url + json_feed_path(view.lang, _slug(view)),
            "description": feed.about,
            "language": feed.lang,
            "authors": [{"name": feed.author}],
            "_colophon": {"about": _ABOUT_REV, "rev": rev},
            "items": [_build_item(entry, feed) for entry in feed.entries],
        }
    )


def _build_item(entry: FeedEntry, feed: Feed) -> dict[str, Any]:
    item = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}],
        "tags": list(entry.tags),
        "language": feed.lang,
    }
    return {**item, "image": entry.picture.url} if entry.picture else item


def finish_atom_feed(view: FeedView, rev: int, fp: str) -> SiteObject:
    """The Atom feed of ``view`` as an object. Raises Misconfigured if it lacks a notice or a label."""
    slug, content = _slug(view), _pass_gate(render_atom_feed(view, rev), view)
    path, tags = atom_path(view.lang, slug), listing_tags(view.lang, slug)
    return listing_object(path, ATOM_TYPE, content, tags, rev, fp)


def finish_json_feed(view: FeedView, rev: int, fp: str) -> SiteObject:
    """The JSON feed of ``view`` as an object. Raises Misconfigured if it lacks a notice or a label."""
    slug, content = _slug(view), _pass_gate(render_json_feed(view, rev), view)
    path, tags = json_feed_path(view.lang, slug), listing_tags(view.lang, slug)
    return listing_object(path, JSON_FEED_TYPE, content, tags, rev, fp)


def _pass_gate(feed: bytes, view: FeedView) -> bytes:
    label = entry_label(view.lang, original=view.lang == view.site.original_language)
    check_feed(feed, notices_for_feed(view.lang, view.site), label, len(view.entries))
    return feed


def _slug(view: FeedView) -> str:
    return view.clinic.slug if view.clinic else ""
