"""What a listing says of itself to browsers, feed readers, search engines and link previews."""

from collections.abc import Iterable
from typing import Any

from colophon.page.frame import FeedLink, shown_feed_links
from colophon.page.links import Alternate
from colophon.page.paths import home_path
from colophon.page.structured import Json
from colophon.page.template import script_json
from colophon.site_settings import SiteSettings


def listing_head(
    site: SiteSettings,
    path: str,
    title: str,
    description: str,
    *,
    described: dict[str, Json] | None = None,
    feeds: tuple[FeedLink, ...] = (),
    alternates: Iterable[Alternate] = (),
    indexed: bool = True,
) -> dict[str, Any]:
    """The values that ``listing.html`` needs for its head.

    ``title`` does not hold the site's name. ``described`` is JSON-LD. A page that is not ``indexed`` asks search
    engines to leave it out; one without a ``path`` is canonical to nothing.
    """
    return {
        "page_title": title,
        "description": description,
        "canonical": site.url + path if path else "",
        "json_ld": script_json(described) if described else "",
        "feeds": feeds,
        "feed_links": shown_feed_links(feeds),
        "alternates": tuple(alternates),
        "indexed": indexed,
    }


def home_alternates(site: SiteSettings) -> list[Alternate]:
    """The home pages of all languages, and the front door for readers of none of them: the same list on each."""
    homes = [Alternate(lang, site.url + home_path(lang)) for lang in site.languages]
    return [*homes, Alternate("x-default", f"{site.url}/")]
