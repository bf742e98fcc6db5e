"""The checks after a withdrawal: every place where something withdrawn could still be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import TypeAlias

from msgspec import Struct

from colophon.decision.listing_rows import EntryRow
from colophon.listings.kinds.clinic import CLINIC
from colophon.page.paths import FRONT_KEY, page_key
from colophon.stores import listing_keys, row_encoding
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ClinicWithdrawal, PostRef
from colophon.withdrawal import WithdrawalKind
from colophon_ops.site_reader import PublicSite, SiteBucket, SiteReader, SiteResponse
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.evidence import Evidence, covered_image_keys
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint, split_by_post
from colophon_ops.withdraw.listings import (
    PartListings,
    listings_that_mention,
    part_listings_that_mention,
    search_files_that_mention,
)
from colophon_ops.withdraw.proof import PUBLIC_SITE, Check, Finding, Phase

# Each kind also accepts what is stronger: of several withdrawals the strongest gives the answer.
_STATUSES: Mapping[WithdrawalKind, frozenset[int]] = {
    "legal": frozenset({451}),
    "gone": frozenset({410, 451}),
    "withdrawn": frozenset({410, 451}),
    "hold": frozenset({404, 410, 451}),
}
# An edition that is not in the inbox any more needs no tombstone.
_GONE = frozenset({404, 410, 451})
_GONE_STATES = ("withdrawn", "absent")
_QUOTED_LETTERS, _QUOTED_TEXTS = 60, 3

# What a response of the bucket or of the public site means for one check.
Judge: TypeAlias = Callable[[SiteResponse], Finding]


class Removal(Struct, frozen=True):
    """What must be gone: its footprint, the evidence of it, and the site's keys of its images and cards."""

    footprint: Footprint
    kind: WithdrawalKind
    evidence: Evidence
    image_keys: tuple[str, ...]
    card_keys: tuple[str, ...] = ()


def removal_checks(removal: Removal, clients: WithdrawClients) -> Iterator[Check]:
    """All checks after a withdrawal, in the order in which they are printed."""
    footprint = removal.footprint
    site = _SiteChecks(clients)
    posts = dict(_post_checks(footprint, clients.index))
    clinic = tuple(_clinic_checks(footprint, clients))
    every_post = tuple(posts.values())
    yield from (site.front, *every_post, *clinic)
    for edition in footprint.covered:
        key, row = page_key(edition.page), posts[edition.page.post]
        yield from site.both(key, "page", Phase.BUCKET, partial(_judge_page, removal, edition), row)
    yield from _image_checks(removal, clients, site, posts)
    yield from _card_checks(removal, clients, site, clinic)
    for edition in footprint.siblings:
        judge = partial(_judge_mention, removal.evidence, "")
        yield from site.both(page_key(edition.page), "sibling", Phase.BUCKET, judge, *every_post)
    yield from _earlier_address_checks(removal, clients, site, every_post)
    yield from _listing_checks(removal, clients, site, clinic or every_post)


def _listing_checks(
    removal: Removal, clients: WithdrawClients, site: "_SiteChecks", needs: tuple[Check, ...]
) -> Iterator[Check]:
    """Checks of every listing that could mention what is withdrawn."""
    footprint, languages = removal.footprint, clients.languages
    for lang, key in listings_that_mention(footprint, languages):
        yield from site.both(key, "listing", Phase.LISTINGS, partial(_judge_mention, removal.evidence, lang), *needs)
    for parts in chain(part_listings_that_mention(footprint), search_files_that_mention(footprint, languages)):
        yield from site.of_parts(parts, partial(_judge_mention, removal.evidence, parts.lang), *needs)


def _image_checks(
    removal: Removal, clients: WithdrawClients, site: "_SiteChecks", posts: Mapping[PostRef, Check]
) -> Iterator[Check]:
    footprint = removal.footprint
    for key in removal.image_keys:
        row_of_post = (posts[post],) if (post := _post_of(key)) in posts else ()
        yield from site.both(key, "image", Phase.BUCKET, _judge_image, *row_of_post)
    for post in footprint.posts if footprint.images else ():
        read = partial(_read_image_folder, footprint, post, clients)
        yield Check(clients.bucket.url(f"images/{post}/"), "images", Phase.BUCKET, read, (posts[post],))


def _card_checks(
    removal: Removal, clients: WithdrawClients, site: "_SiteChecks", clinic: tuple[Check, ...]
) -> Iterator[Check]:
    for key in removal.card_keys:
        yield from site.both(key, "card", Phase.BUCKET, _judge_image, *clinic)
    if folder := removal.footprint.card_folder:
        read = partial(_read_card_folder, folder, clients)
        yield Check(clients.bucket.url(folder), "cards", Phase.BUCKET, read, clinic)


class _SiteChecks:
    """Makes checks of objects of the site, as stored and at their public addresses.

    ``front`` is whether the public site answers at all. It is read before the other public addresses.
    """

    def __init__(self, clients: WithdrawClients) -> None:
        self._bucket, self._public = clients.bucket, clients.public
        read = partial(_read_front, clients.public)
        self.front = Check(clients.public.url(FRONT_KEY), PUBLIC_SITE, Phase.LISTINGS, read)

    def both(self, key: str, kind: str, phase: Phase, judge: Judge, *needs: Check) -> Iterator[Check]:
        """The object at ``key``: stored, in ``phase``, and at its public address."""
        stored = Check(self._bucket.url(key), kind, phase, partial(_read, self._bucket, key, judge), needs)
        yield stored
        read = partial(_read, self._public, key, judge)
        yield Check(self._public.url(key), f"public {kind}", Phase.PUBLIC, read, (stored, self.front))

    def of_parts(self, parts: PartListings, judge: Judge, *needs: Check) -> Iterator[Check]:
        """Those of ``parts`` that the bucket holds: as stored, and at their public addresses."""
        read = partial(_read_parts, parts, judge, self._bucket)
        stored = Check(
            self._bucket.url(parts.folder), "listing parts", Phase.LISTINGS, partial(read, self._bucket), needs
        )
        yield stored
        needs = (stored, self.front)
        yield Check(
            self._public.url(parts.folder), "public listing parts", Phase.PUBLIC, partial(read, self._public), needs
        )


def _post_checks(footprint: Footprint, index: Index) -> Iterator[tuple[PostRef, Check]]:
    for post, part in split_by_post(footprint).items():
        yield post, Check(f"index: post {post}", "index", Phase.INDEX, partial(_read_post_row, part, post, index))


def _clinic_checks(footprint: Footprint, clients: WithdrawClients) -> Iterator[Check]:
    if not isinstance(footprint.target, ClinicWithdrawal):
        return
    clinic, index = footprint.target.clinic, clients.index
    reads = {f"clinic {clinic}": partial(_read_clinic_row, clinic, index)}
    for lang in sorted({*clients.languages, *footprint.langs}):
        reads[f"archive {lang}/{clinic}"] = partial(_read_archive_row, lang, clinic, index)
        reads[f"entries of {lang}/{clinic}"] = partial(_read_entries_of_clinic, lang, clinic, clients.listings)
    for row, read in reads.items():
        yield Check(f"index: {row}", "index", Phase.INDEX, read)


def _earlier_address_checks(
    removal: Removal, clients: WithdrawClients, site: _SiteChecks, posts: tuple[Check, ...]
) -> Iterator[Check]:
    """The redirects from earlier addresses, and the images that may have been left there."""
    for page in removal.footprint.earlier_addresses:
        judge = partial(_judge_redirect, removal.evidence)
        yield from site.both(page_key(page), "moved from", Phase.LISTINGS, judge, *posts)
    for post in sorted({page.post for page in removal.footprint.earlier_addresses}):
        read = partial(_read_left_images, post, clients)
        yield Check(clients.bucket.url(f"images/{post}/"), "images left there", Phase.BUCKET, read, posts)


def _read(reader: SiteReader, key: str, judge: Judge) -> Finding:
    return judge(reader.get(key))


def _read_parts(parts: PartListings, judge: Judge, bucket: SiteBucket, reader: SiteReader) -> Finding:
    """Whether one of the listings of ``parts`` still mentions what is withdrawn."""
    keys = parts.find(bucket)
    shown = {key: finding.text for key in keys if not (finding := judge(reader.get(key))).ok}
    text = f"{len(keys)} listings, {len(shown) or 'none'} with a mention"
    return Finding(
        not shown, f"{text}: {_quote([f'{key}: {found}' for key, found in shown.items()])}" if shown else text
    )


def _read_front(public: PublicSite) -> Finding:
    return Finding(ok=True, text=str(public.get(FRONT_KEY).status))


def _judge_page(removal: Removal, edition: EditionFootprint, response: SiteResponse) -> Finding:
    found = removal.evidence.find_in_page(response.content, edition.page)
    if found:
        return Finding(ok=False, text=f"{response.status}, still says {_quote(found)}")
    accepted = _STATUSES[removal.kind] if edition.present else _GONE
    return Finding(response.status in accepted, f"{response.status}, none of {len(edition.sentences)} sentences")


def _judge_image(response: SiteResponse) -> Finding:
    return Finding(response.status in _GONE, str(response.status))


def _judge_mention(evidence: Evidence, lang: str, response: SiteResponse) -> Finding:
    found = evidence.find_in_listing(response.content, lang)
    return Finding(not found, f"{response.status}, {f'still has {_quote(found)}' if found else 'no mention'}")


def _judge_redirect(evidence: Evidence, response: SiteResponse) -> Finding:
    """Whether an earlier address leads to none of what is withdrawn. It may have become a page of its own."""
    if response.status == 200:
        return Finding(ok=True, text="200, a page of its own, which this withdrawal does not cover")
    if response.location in evidence.addresses:
        return Finding(ok=False, text=f"{response.status}, still leads to {response.location}")
    if found := evidence.find_in_listing(response.content, ""):
        return Finding(ok=False, text=f"{response.status}, still has {_quote(found)}")
    leads = f"leads to {response.location}, another post" if response.location else "leads nowhere"
    return Finding(ok=True, text=f"{response.status}, {leads}")


def _read_image_folder(footprint: Footprint, post: PostRef, clients: WithdrawClients) -> Finding:
    """Whether every object of the covered images in the image folder of ``post`` is a tombstone."""
    return _find_shown(covered_image_keys(footprint, clients.bucket.keys(f"images/{post}/"), clients.index), clients)


def _read_card_folder(folder: str, clients: WithdrawClients) -> Finding:
    """Whether every object in a clinic's folder of cards is a tombstone, also one that was put meanwhile."""
    return _find_shown(clients.bucket.keys(folder), clients)


def _find_shown(keys: Iterable[str], clients: WithdrawClients) -> Finding:
    """Whether none of ``keys`` is shown."""
    listed = list(keys)
    shown = _shown_keys(listed, clients)
    text = f"{len(listed)} objects, {len(shown) or 'none'} still shown"
    return Finding(not shown, f"{text}: {_quote(shown)}" if shown else text)


def _read_left_images(post: PostRef, clients: WithdrawClients) -> Finding:
    """Whether images are still shown at an earlier address that has no page of its own.

    They belong to the folder of that address, which this withdrawal does not cover.
    """
    if any(part.facts for part in clients.index.read_post(post)[0].pages.values()):
        return Finding(ok=True, text="a page of its own, which this withdrawal does not cover")
    shown = _shown_keys(clients.bucket.keys(f"images/{post}/"), clients)
    if not shown:
        return Finding(ok=True, text="no image is shown")
    text = f"still shown: {_quote(shown)}; colophon withdraw {post} takes them down"
    return Finding(ok=False, text=text, held=True)


def _shown_keys(keys: Iterable[str], clients: WithdrawClients) -> list[str]:
    return [key for key in keys if clients.bucket.get(key).status not in _GONE]


def _read_post_row(footprint: Footprint, post: PostRef, index: Index) -> Finding:
    """Whether the index shows nothing covered of ``post``: no page, no image, no entry in a listing."""
    live = [*_live_parts(footprint, post, index), *_live_entries(footprint, post, index)]
    return Finding(not live, "; ".join(live) or "no page, no image and no entry is live")


def _read_clinic_row(clinic: str, index: Index) -> Finding:
    row = index.read_clinic(clinic)[0]
    return Finding(row.withdrawal is not None, "withdrawn" if row.withdrawal else "not withdrawn")


def _read_archive_row(lang: str, clinic: str, index: Index) -> Finding:
    """Whether the directory of ``lang`` leaves ``clinic`` out."""
    item = index.read_item(*CLINIC.item_key(CLINIC.group(lang, clinic)))
    shown = row_encoding.decode_row(CLINIC.row_type, item).shown if item else None
    return Finding(shown is None, "listed" if shown else "not listed")


def _read_entries_of_clinic(lang: str, clinic: str, listings: ListingIndex) -> Finding:
    live = sum(row.entry is not None for row in listings.read_newest(lang, clinic))
    return Finding(not live, "listings still have entries of it" if live else "no entry is left")


def _live_parts(footprint: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    key = row_encoding.post_key(post)
    row = row_encoding.decode_post(post, index.read_item(key["pk"]["S"], key["sk"]["S"]))
    for edition in footprint.covered:
        part = row.pages.get(edition.page.lang)
        if part and (part.outcome.state not in _GONE_STATES or part.facts is not None):
            yield f"{edition.page.lang} is {part.outcome.state}"
    for image in footprint.images:
        shown = row.images.get(image.name)
        if shown and (shown.outcome.state not in _GONE_STATES or shown.path):
            yield f"{image.name} is {shown.outcome.state}"


def _live_entries(footprint: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    for edition in footprint.covered:
        for day in sorted(edition.listed_by.days):
            place = EntryRow(edition.page.lang, post.clinic, day, post.post, "")
            item = index.read_item(*row_encoding.split_key(listing_keys.entry_key(place)))
            if item and row_encoding.decode_row(EntryRow, item).entry:
                yield f"the listings of {edition.page.lang} have an entry of {day}"


def _post_of(key: str) -> PostRef:
    _, clinic, post, _ = key.split("/", 3)
    return PostRef(clinic, post)


def _quote(texts: list[str]) -> str:
    quoted = [f"“{text[:_QUOTED_LETTERS]}{'…' if len(text) > _QUOTED_LETTERS else ''}”" for text in texts]
    more = len(texts) - _QUOTED_TEXTS
    return ", ".join(quoted[:_QUOTED_TEXTS]) + (f" and {more} more" if more > 0 else "")
