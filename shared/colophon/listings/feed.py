"""What both kinds of feeds say, before either puts it into its own form."""

from markupsafe import Markup
from msgspec import Struct

from colophon.listings.moments import changed, instant, latest
from colophon.listings.view import FeedView
from colophon.notices.policy import entry_label, owed_by_listing
from colophon.page.entry import Entry, Picture
from colophon.page.paths import archive_path, home_path

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


def feed_of(view: FeedView) -> Feed:
    """Raises Misconfigured where a notice has no text in the feed's language."""
    site_name = view.site.title(view.lang)
    clinic_name = view.shelf.names[0].text if view.shelf else ""
    page = archive_path(view.lang, view.shelf.clinic) if view.shelf else home_path(view.lang)
    notices = tuple(notice.words for notice in owed_by_listing(view.lang, view.site))
    return Feed(
        lang=view.lang,
        url=view.site.url + page,
        title=f"{clinic_name} · {site_name}" if clinic_name else site_name,
        about=" ".join(notices),
        author=clinic_name or site_name,
        updated=instant(latest(changed(entry) for entry in view.entries)),
        entries=tuple(_entry(entry, view.site.url, notices) for entry in view.entries),
    )


def _entry(entry: Entry, site_url: str, notices: tuple[str, ...]) -> FeedEntry:
    label = entry_label(entry.lang, entry.original).words
    return FeedEntry(
        url=site_url + entry.path,
        title=_joined(label, entry.title),
        summary=_joined(label, entry.excerpt),
        html=_paragraphs(label, *notices, entry.excerpt),
        published=instant(entry.published),
        updated=instant(changed(entry)),
        author=entry.names[0].text,
        tags=tuple(dict.fromkeys((label, *entry.tags))),
        picture=_picture(entry.pictures[0], site_url) if entry.pictures else None,
    )


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _paragraphs(*paragraphs: str) -> str:
    return str(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in paragraphs if text))


def _picture(picture: Picture, site_url: str) -> FeedPicture:
    return FeedPicture(site_url + picture.path, _MEDIA_TYPES.get(picture.path.rpartition(".")[2], ""))
