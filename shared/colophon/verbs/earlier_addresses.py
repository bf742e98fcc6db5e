"""The earlier addresses that a post names in ``moved_from``: read for its decisions, and what is written there."""

from collections.abc import Iterable, Mapping
from functools import partial

from colophon.decision.claim import Claim
from colophon.decision.earlier_address import ClaimWrite, EarlierAddress, WaitChanges, claim_writes, wait_changes
from colophon.decision.page import PageDecision
from colophon.decision.redirects import addresses_ever_claimed, parse_post_name
from colophon.decision.rows import ClinicRow, PageRow
from colophon.decision.snapshot import PostSnapshot
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.clients import PublishClients
from colophon.verbs.reading import decide_with_reads

_POSTS_PER_READ = 100


class AddressReader:
    """Reads the earlier addresses that one post names (``moved_from``), each once.

    An address of another clinic is read with that clinic's row, which says whether the post may claim it.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.known: dict[str, EarlierAddress] = {}

    def read(self, page: PageRef, names: Iterable[str]) -> Mapping[str, EarlierAddress]:
        """Every address that was read so far, those called ``names`` included."""
        unread = sorted({parse_post_name(name) for name in names if name not in self.known})
        if unread:
            clinics = sorted({post.clinic for post in unread} - {page.post.clinic})
            rows, clinic_rows = self._index.read_posts_and_clinics(unread, clinics)
            for post, row in rows.items():
                clinic = clinic_rows.get(post.clinic, ClinicRow(post.clinic))
                self.known[str(post)] = EarlierAddress(row, clinic)
        return self.known


def find_standing_claims(page: PageRef, snapshot: PostSnapshot, clients: PublishClients) -> dict[str, Claim]:
    """The claims of a page without a row that are still kept at the addresses that its versions ever claimed."""
    addresses = decide_with_reads(partial(addresses_ever_claimed, page), snapshot, clients.inbox)
    found: dict[str, Claim] = {}
    for start in range(0, len(addresses), _POSTS_PER_READ):
        posts = [parse_post_name(address) for address in addresses[start : start + _POSTS_PER_READ]]
        for post, row in clients.index.read_posts(posts).items():
            claim = row.claims.get(page.lang, {}).get(str(page.post))
            if claim and claim.targets:
                found[str(post)] = claim
    return found


def claims_to_write(
    post: PostRef,
    known: Mapping[str, Mapping[str, Claim]],
    decisions: Mapping[str, PageDecision],
    addresses: AddressReader,
) -> dict[PostRef, dict[str, ClaimWrite]]:
    """New, changed and ended claims, by the post at whose address each is kept; ``known`` are those before, by
    language."""
    written: dict[PostRef, dict[str, ClaimWrite]] = {}
    for lang, decision in decisions.items():
        page = PageRef(post, lang)
        writes = claim_writes(page, known.get(lang, {}), decision.row.claims, addresses.known)
        for address, claim in writes.items():
            written.setdefault(parse_post_name(address), {})[lang] = claim
    return written


def find_wait_changes(snapshot: PostSnapshot, rows: Mapping[str, PageRow]) -> dict[str, WaitChanges]:
    """By language, the notes of waiting claims that change with ``rows``."""
    known = snapshot.row.pages
    return {lang: wait_changes(PageRef(snapshot.post, lang), known.get(lang), row) for lang, row in rows.items()}
