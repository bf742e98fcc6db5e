"""``robots.txt`` (RFC 9309): everything may be read, and where the sitemaps are."""

from colophon.page.paths import sitemap_index_path
from colophon.site_settings import SiteSettings


def render_robots(site: SiteSettings, rev: int) -> bytes:
    """The file, in UTF-8, with the sitemap index of each of the site's languages; ``rev`` counts from 1."""
    sitemaps = "".join(f"Sitemap: {site.url}{sitemap_index_path(lang)}\n" for lang in site.languages)
    return f"# rev {rev}\nUser-agent: *\nAllow: /\n\n{sitemaps}".encode()
