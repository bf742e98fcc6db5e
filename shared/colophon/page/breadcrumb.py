"""The breadcrumb: the pages above a page, for readers and for search engines."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from colophon.language.words import words_for
from colophon.page.names import ClinicName
from colophon.page.paths import archive_path, home_path
from colophon.page.structured import Json
from colophon.page.template import render_markup
from colophon.site_settings import SiteSettings


class Crumb(Struct, frozen=True):
    """One page above: what it is called, in which language that is, and its path."""

    text: str
    lang: str
    path: str


@lru_cache(maxsize=256)
def crumbs_of_clinic(lang: str, clinic: str, name: ClinicName) -> tuple[Crumb, ...]:
    """The crumbs of a page of ``clinic`` in ``lang``: the home page and the archive."""
    return Crumb(words_for(lang).home, lang, home_path(lang)), Crumb(name.text, name.lang, archive_path(lang, clinic))


@lru_cache(maxsize=256)
def render_breadcrumb(crumbs: tuple[Crumb, ...], lang: str) -> Markup:
    """``crumbs`` for a page in ``lang``. Cached, as all posts of a clinic's month share them."""
    return render_markup("breadcrumb.html", crumbs=crumbs, lang=lang, words=words_for(lang))


def describe_breadcrumb(crumbs: Sequence[Crumb], title: str, site: SiteSettings) -> dict[str, Json]:
    """JSON-LD: a ``BreadcrumbList`` of ``crumbs``, and of the page itself, called ``title``.

    The last item needs no address (Google Search Central, "Breadcrumb (BreadcrumbList) structured data").
    """
    items: list[Json] = [
        {"@type": "ListItem", "item": site.url + crumb.path, "name": crumb.text, "position": place}
        for place, crumb in enumerate(crumbs, 1)
    ]
    items.append({"@type": "ListItem", "name": title, "position": len(crumbs) + 1})
    return {"@type": "BreadcrumbList", "itemListElement": items}
