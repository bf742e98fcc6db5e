"""The keys of every listing that could mention a post."""

from collections.abc import Iterable, Iterator

from colophon.cli.footprint import Footprint
from colophon.page.paths import (
    FRONT_KEY,
    NOT_FOUND_KEY,
    archive_path,
    atom_path,
    clinics_sitemap_path,
    directory_path,
    home_path,
    json_feed_path,
    key_at,
    month_path,
    profile_path,
    search_shard_path,
    sitemap_index_path,
    year_sitemap_path,
)


def listings_about(found: Footprint, languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The language and the site key of each listing that could mention what ``found`` is about, in order.

    ``languages`` are the site's: a listing of one may speak of a post in another.
    """
    langs = sorted({*languages, *found.langs})
    editions = (*found.covered, *found.beside)
    clinics = sorted({post.clinic for post in found.posts})
    for lang in langs:
        for path in (home_path, atom_path, json_feed_path, directory_path, clinics_sitemap_path, sitemap_index_path):
            yield lang, key_at(path(lang))
        for clinic in clinics:
            yield from ((lang, key_at(path)) for path in _of_clinic(lang, clinic))
    for lang in langs:
        days = {
            (edition.page.post.clinic, day) for edition in editions if edition.page.lang == lang for day in edition.days
        }
        for clinic, year in sorted({(clinic, day.year) for clinic, day in days}):
            yield lang, key_at(year_sitemap_path(lang, clinic, year))
            yield lang, key_at(search_shard_path(lang, clinic, year))
        for clinic, year, month in sorted({(clinic, day.year, day.month) for clinic, day in days}):
            yield lang, key_at(month_path(lang, clinic, year, month))
    yield from (("", key) for key in (FRONT_KEY, NOT_FOUND_KEY))


def _of_clinic(lang: str, clinic: str) -> Iterator[str]:
    for path in (archive_path, profile_path, atom_path, json_feed_path):
        yield path(lang, clinic)
