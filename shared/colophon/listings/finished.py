"""Finished listings: checked by the gate, and labelled for the CDN."""

from collections.abc import Sequence

from colophon.listings.sources import ClinicInLanguage
from colophon.notices.gate import check_listing
from colophon.notices.policy import entry_label, notices_for_listing
from colophon.page.entry import Entry
from colophon.page.objects import PAGE_CACHE_CONTROL, SiteObject, listing_tags
from colophon.page.paths import about_path, path_to_key
from colophon.site_settings import SiteSettings


def pass_gate(page: bytes, lang: str, site: SiteSettings, entries: Sequence[Entry]) -> bytes:
    """``page`` itself. Raises Misconfigured if it lacks a notice, or the label of one of ``entries``."""
    label = entry_label(lang, original=lang == site.original_language)
    check_listing(page, notices_for_listing(lang, site, about_path(lang)), label, len(entries))
    return page


def clinic_object(
    clinic: ClinicInLanguage, path: str, content_type: str, content: bytes, rev: int, fp: str
) -> SiteObject:
    """The object at ``path`` of a listing of one clinic."""
    return listing_object(path, content_type, content, listing_tags(clinic.lang, clinic.slug), rev, fp)


def listing_object(path: str, content_type: str, content: bytes, cache_tags: str, rev: int, fp: str) -> SiteObject:
    """The object at ``path``; ``cache_tags`` may be empty."""
    metadata = {"rev": str(rev), "fp": fp}
    if cache_tags:
        metadata["cache-tag"] = cache_tags
    return SiteObject(path_to_key(path), content, content_type, PAGE_CACHE_CONTROL, metadata)
