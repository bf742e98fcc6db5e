"""The card that other sites show for a page without a picture (Open Graph, https://ogp.me)."""

from functools import lru_cache

from markupsafe import Markup

from colophon.drawing import CARD_HEIGHT, CARD_WIDTH
from colophon.language.words import words_for
from colophon.page.template import load_macro
from colophon.site_settings import SiteSettings, site_card_path


def render_site_card(site: SiteSettings, lang: str) -> Markup:
    """The site's card for the head of a listing in ``lang``; empty if there is none."""
    return render_card(site, lang, site_card_path(site, lang), site.title(lang))


def render_card(site: SiteSettings, lang: str, path: str, name: str) -> Markup:
    """The card at ``path`` (empty: there is none) for the head of a page in ``lang``. It shows ``name``."""
    if not path:
        return Markup()
    words = words_for(lang)
    label = words.archived_posts if lang == site.original_language else words.translated_posts
    return _render(f"{site.url}{path}", f"{name} · {label}")


@lru_cache(maxsize=256)
def _render(url: str, alt: str) -> Markup:
    """Cached, as all pages of a clinic in a language share a card."""
    return load_macro("post_parts.html", "card")(url, CARD_WIDTH, CARD_HEIGHT, alt)
