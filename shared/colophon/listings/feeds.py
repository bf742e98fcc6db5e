"""Feeds: the entries they share, as Atom 1.0 (RFC 4287) and JSON Feed 1.1."""

from typing import Any

from markupsafe import Markup
from msgspec import Struct

from colophon.listings.documents import encode_json, find_latest, last_changed, render_xml, to_instant
from colophon.listings.view import FeedView
from colophon.notices.policy import entry_label, notices_for_listing
from colophon.page.entry import Entry, Picture
from colophon.page.paths import archive_path, atom_path, home_path, json_feed_path

# By the endings that copies of images have; of another one the type is not said.
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


class FeedPicture(Struct, frozen=True):
    """A picture: its absolute address, and its media type, which may be empty."""

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
    """A language's or a clinic's feed. ``url`` is the HTML page that lists the same; ``about`` are the notices' words.

    ``author`` is the clinic, and of a feed of many clinics the site.
    """

    lang: str
    url: str
    title: str
    about: str
    author: str
    updated: str
    entries: tuple[FeedEntry, ...]


def build_feed(view: FeedView) -> Feed:
    """Raises Misconfigured where a notice has no text in the feed's language."""
    site_name = view.site.title(view.lang)
    clinic_name = view.clinic.names[0].text if view.clinic else ""
    page = archive_path(view.lang, view.clinic.slug) if view.clinic else home_path(view.lang)
    notices = tuple(notice.full_text for notice in notices_for_listing(view.lang, view.site))
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

    The feed's id is the address of the page that lists the same, an entry's id that of its page. An entry carries its
    text as a summary, which the RFC has for excerpts (4.2.13), and not as a content, which would claim to be the post.
    Raises Misconfigured where a notice has no text in the feed's language.
    """
    slug = view.clinic.slug if view.clinic else ""
    own_url = view.site.url + atom_path(view.lang, slug)
    return render_xml("atom.xml", rev, feed=build_feed(view), own_url=own_url)


_VERSION = "https://jsonfeed.org/version/1.1"
# A feed may hold objects of a publisher's own, whose names begin with an underscore and which say what they are.
_ABOUT_REV = "How often this file has been made anew. It says nothing about the posts."


def render_json_feed(view: FeedView, rev: int) -> bytes:
    """A JSON Feed, version 1.1 (jsonfeed.org) of ``view``, in UTF-8; ``rev`` counts from 1.

    An item's id is the address of its page. Raises Misconfigured where a notice has no text in the feed's language.
    """
    feed = build_feed(view)
    slug = view.clinic.slug if view.clinic else ""
    return encode_json(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": feed.url,
            "feed_url": view.site.url + json_feed_path(view.lang, slug),
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
