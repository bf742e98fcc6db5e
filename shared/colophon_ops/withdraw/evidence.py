"""By what a withdrawn thing is known again in what still stands: addresses, paths of images, sentences."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote

from msgspec import Struct

from colophon.decision.parts import SiteRow
from colophon.page.paths import path_of
from colophon.page.tombstone import tombstone_page
from colophon.page.view import TombstoneView
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ImageWithdrawal, PageRef, PostRef, nfc
from colophon.withdrawal import Withdrawal
from colophon_ops.withdraw.footprint import Footprint, covers
from colophon_ops.withdraw.sentences import read_in, readable

_ADDRESS = re.compile(r"(?=/([A-Za-z]{2,3}[A-Za-z0-9-]*/[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*/))")
_SIZED = re.compile(r"(.+)\.[0-9a-f]{12}(\.[0-9]+)?")


class Traces(Struct, frozen=True):
    """``addresses`` are pages' paths, ``images`` what paths of images begin with (quoted), ``sentences`` by language.

    ``others`` gives, for a language, all that listings say in it of what stays: a sentence in it is nobody's trace.
    """

    addresses: frozenset[str]
    images: tuple[str, ...]
    sentences: Mapping[str, frozenset[str]]
    others: Callable[[str], str]

    def in_page(self, content: bytes, page: PageRef) -> list[str]:
        """The sentences of ``page``'s edition that ``content`` still holds."""
        return sorted(read_in(readable(content), self.sentences.get(_place(page), ())))

    def in_listing(self, content: bytes, lang: str) -> list[str]:
        """What ``content``, a listing or another page for readers of ``lang``, still holds of all that is withdrawn.

        With an empty ``lang`` sentences in any language count.
        """
        text = readable(content)
        linked = self.addresses & {"/" + found[1] for found in _ADDRESS.finditer(text)}
        shown = [base for base in self.images if base in text]
        of_lang = (
            said for place, told in self.sentences.items() if place.startswith(lang and f"{lang}/") for said in told
        )
        read = sorted(read_in(text, of_lang))
        own = self.others(lang) if read else ""
        return [*sorted(linked), *shown, *(sentence for sentence in read if sentence not in own)]


def traces_of(found: Footprint, order: Withdrawal, keys: Iterable[str], index: Index, listings: ListingIndex) -> Traces:
    """The traces of all that ``order`` takes away. ``keys`` are the site's keys of its images."""
    site = index.site()
    staying = {sentence for edition in found.beside for sentence in edition.sentences}
    spoken = {lang: readable(_tombstone(order, lang, site)) for lang in found.langs}
    sentences = {
        _place(edition.page): frozenset(
            said for said in edition.sentences - staying if said not in spoken[edition.page.lang]
        )
        for edition in found.covered
    }
    return Traces(
        frozenset(path_of(edition.page) for edition in found.covered),
        tuple(sorted({"/" + quote(base_of_key(key)) for key in keys})),
        sentences,
        partial(_said_of_others, found, site, listings),
    )


def base_of_key(key: str) -> str:
    """What the keys of all sizes of an image begin with."""
    return key.rpartition("-")[0] + "-"


def image_keys(found: Footprint, keys: Iterable[str], index: Index) -> Iterator[str]:
    """Those of ``keys``, all that lie in the folders of the posts' images, which are of an image that is taken away.

    Another image may have the same name with another ending: what it shows now, the index says.
    """
    if not isinstance(found.subject, ImageWithdrawal):
        yield from keys
        return
    image = found.subject.image
    row = index.post(image.post)[0]
    others = [row.images[other.name].path for other in found.other_images if other.name in row.images]
    bases = {base_of_key(path) for path in others if path}
    for key in keys:
        name = nfc(PurePosixPath(key).name)
        sized = _SIZED.fullmatch(name.rpartition("-")[0])
        if sized and sized[1] == PurePosixPath(image.name).stem and "/" + quote(base_of_key(key)) not in bases:
            yield key


def _said_of_others(found: Footprint, site: SiteRow, listings: ListingIndex, lang: str) -> str:
    clinics = {edition.page.post.clinic for edition in (*found.covered, *found.beside)}
    years = {day.year for edition in (*found.covered, *found.beside) for day in edition.days}
    rows = [*listings.newest(lang)]
    for clinic in clinics:
        rows += listings.newest(lang, clinic)
        rows += (row for year in years for row in listings.entries(lang, clinic, year))
    said = [
        "\n".join(
            (row.entry.title, row.entry.source_title, row.entry.excerpt, *(name.text for name in row.entry.names))
        )
        for row in rows
        if row.entry and not covers(found.subject, PageRef(PostRef(row.clinic, row.post), row.lang))
    ]
    if site.settings:
        said += [*site.settings.name.values(), *site.settings.about.values()]
    return "\n".join(nfc(" ".join(text.split())) for text in said)


def _tombstone(order: Withdrawal, lang: str, site: SiteRow) -> bytes:
    show = TombstoneView(order.kind, lang, site.settings, order.reason, order.at, order.until, order.reference or "")
    return tombstone_page(show, 1)


def _place(page: PageRef) -> str:
    return f"{page.lang}/{page.post}"
