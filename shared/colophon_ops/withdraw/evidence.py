"""What gives a withdrawn thing away in the site's objects: its addresses, the paths of its images, its sentences."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote

from msgspec import Struct

from colophon.decision.rows import SiteRow
from colophon.listings.periods import Period
from colophon.page.paths import page_path
from colophon.page.tombstone import render_tombstone
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ImageWithdrawal, PageRef, PostRef, to_nfc
from colophon.views import TombstoneView
from colophon.withdrawal import Withdrawal
from colophon_ops.withdraw.footprint import Footprint, covers
from colophon_ops.withdraw.sentences import find_sentences, readable_text

# A lookahead, so that addresses that overlap are all found.
_ADDRESS = re.compile(r"(?=/([A-Za-z]{2,3}[A-Za-z0-9-]*/[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*/))")
_SIZED = re.compile(r"(.+)\.[0-9a-f]{12}(\.[0-9]+)?")


class Evidence(Struct, frozen=True):
    """``addresses`` are paths of pages; ``images`` are prefixes of the paths of images and cards, quoted; ``sentences``
    are by edition.

    ``text_of_others`` gives the text that listings in a language have from other posts: a sentence that is in it too
    is no evidence.
    """

    addresses: frozenset[str]
    images: tuple[str, ...]
    sentences: Mapping[str, frozenset[str]]
    text_of_others: Callable[[str], str]

    def find_in_page(self, content: bytes, page: PageRef) -> list[str]:
        """The sentences of the edition of ``page`` that ``content`` still has."""
        return sorted(find_sentences(readable_text(content), self.sentences.get(_edition_id(page), ())))

    def find_in_listing(self, content: bytes, lang: str) -> list[str]:
        """The evidence in ``content``, a listing or another page in ``lang``.

        With an empty ``lang``, sentences in every language count.
        """
        text = readable_text(content)
        linked = self.addresses & {"/" + found[1] for found in _ADDRESS.finditer(text)}
        shown = [prefix for prefix in self.images if prefix in text]
        in_lang = (
            sentence
            for edition, sentences in self.sentences.items()
            if edition.startswith(lang and f"{lang}/")
            for sentence in sentences
        )
        read = sorted(find_sentences(text, in_lang))
        others = self.text_of_others(lang) if read else ""
        return [*sorted(linked), *shown, *(sentence for sentence in read if sentence not in others)]


def gather_evidence(
    footprint: Footprint, withdrawal: Withdrawal, image_keys: Iterable[str], index: Index, listings: ListingIndex
) -> Evidence:
    """The evidence of all that ``withdrawal`` takes away. ``image_keys`` are the site's keys of its images.

    Sentences that a sibling has too, or the tombstone itself, are left out.
    """
    site = index.read_site()
    of_siblings = {sentence for edition in footprint.siblings for sentence in edition.sentences}
    tombstones = {lang: readable_text(_tombstone(withdrawal, lang, site)) for lang in footprint.langs}
    sentences = {
        _edition_id(edition.page): frozenset(
            sentence for sentence in edition.sentences - of_siblings if sentence not in tombstones[edition.page.lang]
        )
        for edition in footprint.covered
    }
    pictures = {*map(_size_prefix, image_keys), *filter(None, (footprint.card_folder,))}
    return Evidence(
        frozenset(page_path(edition.page) for edition in footprint.covered),
        tuple(sorted("/" + quote(prefix) for prefix in pictures)),
        sentences,
        partial(_text_of_others, footprint, site, listings),
    )


def covered_image_keys(footprint: Footprint, keys: Iterable[str], index: Index) -> Iterator[str]:
    """Those of ``keys``, all objects in the image folders of the posts, that belong to a covered image.

    Another image of the post may have the same name with another ending. Its path in the index tells them apart.
    """
    if not isinstance(footprint.target, ImageWithdrawal):
        yield from keys
        return
    image = footprint.target.image
    row = index.read_post(image.post)[0]
    others = [row.images[other.name].path for other in footprint.sibling_images if other.name in row.images]
    prefixes_of_others = {_size_prefix(path) for path in others if path}
    for key in keys:
        name = to_nfc(PurePosixPath(key).name)
        sized = _SIZED.fullmatch(name.rpartition("-")[0])
        is_of_other = "/" + quote(_size_prefix(key)) in prefixes_of_others
        if sized and sized[1] == PurePosixPath(image.name).stem and not is_of_other:
            yield key


def _size_prefix(key: str) -> str:
    """What the keys of all sizes of an image begin with."""
    return key.rpartition("-")[0] + "-"


def _text_of_others(footprint: Footprint, site: SiteRow, listings: ListingIndex, lang: str) -> str:
    clinics = {edition.page.post.clinic for edition in footprint.editions}
    years = {day.year for edition in footprint.editions for day in edition.listed_by.days}
    rows = [*listings.read_newest(lang)]
    for clinic in clinics:
        rows += listings.read_newest(lang, clinic)
        rows += (row for year in years for row in listings.read_entries(lang, clinic, Period(year)))
    texts = [
        "\n".join(
            (row.entry.title, row.entry.source_title, row.entry.excerpt, *(name.text for name in row.entry.names))
        )
        for row in rows
        if row.entry and not covers(footprint.target, PageRef(PostRef(row.clinic, row.post), row.lang))
    ]
    if site.settings:
        texts += [*site.settings.name.values(), *site.settings.about.values()]
    return "\n".join(to_nfc(" ".join(text.split())) for text in texts)


def _tombstone(withdrawal: Withdrawal, lang: str, site: SiteRow) -> bytes:
    reference = withdrawal.reference or ""
    view = TombstoneView(
        withdrawal.kind,
        lang,
        site.settings,
        withdrawal.reason,
        withdrawal.at,
        withdrawal.until,
        reference,
        # Any: only its words count.
        clinic="clinic",
    )
    return render_tombstone(view, 1)


def _edition_id(page: PageRef) -> str:
    return f"{page.lang}/{page.post}"
