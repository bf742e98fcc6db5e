"""``publish`` a post: token, look, swap, record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import Claim, changed_claims, is_own
from colophon.decision.history import Published, made_of, published
from colophon.decision.listing_rows import EntryRow, entry_rows, left_over
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import are_rivals_known, ever_claimed, post_named, with_rivals
from colophon.decision.rows import OrderPart, PagePart, PageToken, PostRow
from colophon.decision.snapshot import Look, is_page_settled
from colophon.decision.sweep import Agenda
from colophon.decision.sweep import agenda as agenda_of
from colophon.decision.withdrawals import decide_order, order_seen
from colophon.page.finished import finished_page
from colophon.page.paths import key_of
from colophon.stores.change import Change
from colophon.stores.index import Index
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal, named
from colophon.upload.messages import Ring
from colophon.verbs.clients import PublishDoors
from colophon.verbs.reading import settle
from colophon.verbs.swap import LIMIT, Swaps, until_landed

_TOGETHER = 100


class EarlierAddresses:
    """The rows of the posts whose addresses one post claims, each read once, and none where it claims nothing."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: dict[str, PostRow] = {}

    def are_told_of(self, page: PageRef, part: PagePart | None) -> bool:
        """Whether the report on ``page`` says of its rivals what is so now."""
        return part is None or are_rivals_known(page, part, self._of(page, part))

    def tell_of(self, page: PageRef, part: PagePart) -> PagePart:
        """``part`` with a word to its uploader about each address that it claims in vain."""
        return with_rivals(page, part, self._of(page, part))

    def still_claimed(self, page: PageRef, olds: Sequence[str]) -> dict[str, Claim]:
        """The claims of ``page``, of which its own row tells no more, to those of ``olds`` at which they stand."""
        found: dict[str, Claim] = {}
        for start in range(0, len(olds), _TOGETHER):
            some = [post_named(old) for old in olds[start : start + _TOGETHER]]
            for post, row in self._index.posts(some).items():
                claim = row.claims.get(page.lang, {}).get(str(page.post))
                if claim and claim.targets:
                    found[str(post)] = claim
        return found

    def _of(self, page: PageRef, part: PagePart) -> Mapping[str, PostRow]:
        claimed = [old for old, claim in part.claims.items() if is_own(claim, str(page.post))]
        unread = {post_named(old) for old in claimed if old not in self._rows}
        if unread:
            self._rows |= {str(post): row for post, row in self._index.posts(sorted(unread)).items()}
        return self._rows


def claims_to_write(
    known: Mapping[str, Mapping[str, Claim]], decided: Mapping[str, PageDecision]
) -> dict[PostRef, dict[str, Claim]]:
    """The claims that came, changed or ended with ``decided``, ``known`` being those before, by language: by the post
    at whose address each is kept, then by language."""
    written: dict[PostRef, dict[str, Claim]] = {}
    for lang, decision in decided.items():
        for old, claim in changed_claims(known.get(lang, {}), decision.part.claims, decision.fp).items():
            written.setdefault(post_named(old), {})[lang] = claim
    return written


def lost_entries(row: PostRow, decided: Mapping[str, PageDecision], index: Index) -> dict[str, EntryRow]:
    """By language, the entry, or blank, that ``row`` and what was ``decided`` agree upon and that does not stand.

    Where the mark changes, the entry is written anyway.
    """
    must: list[EntryRow] = []
    for lang, decision in decided.items():
        known = row.pages.get(lang)
        if known and known.mark == decision.part.mark:
            must += entry_rows(PageRef(row.post, lang), None, known.mark, decision.entry)
    return {entry.lang: entry for entry in index.not_standing(must)}


class Wish(Struct, frozen=True):
    """What rings asked of one post: these languages (``every``: all there are), its images too.

    ``fresh``: whatever the rows say of them. ``anew``: the images' files made again.
    """

    langs: frozenset[str] = frozenset()
    every: bool = False
    images: bool = False
    fresh: bool = False
    anew: bool = False

    def __or__(self, other: "Wish") -> "Wish":
        return Wish(
            self.langs | other.langs,
            self.every or other.every,
            self.images or other.images,
            self.fresh or other.fresh,
            self.anew or other.anew,
        )


@dataclass(slots=True)
class _Memory:
    """What one handler keeps between tries: versions never change, and what it published stays published.

    ``unrecorded`` are rows of history, by language and revision, that no record has taken along yet.
    """

    swaps: Swaps
    verdicts: dict[str, object] = field(default_factory=dict)
    unrecorded: dict[tuple[str, int], Published] = field(default_factory=dict)


def publish(post: PostRef, wish: Wish, doors: PublishDoors) -> None:
    """Bring the pages of ``post`` that ``wish`` names to what the inbox says now. Raises Unavailable."""
    pages = 4 if wish.every else max(1, len(wish.langs))
    memory = _Memory(Swaps(doors.site, fresh=wish.fresh))
    until_landed(partial(_attempt, post, wish, memory, doors), str(post), LIMIT * pages)


def _attempt(post: PostRef, wish: Wish, memory: _Memory, doors: PublishDoors) -> None:
    row, clinic, site = doors.index.post(post)
    wished = row.pages if wish.every else wish.langs & row.pages.keys()
    memory.swaps.meet({key_of(PageRef(post, lang)): row.pages[lang].token for lang in wished})
    look = Look(doors.inbox.folder(post.folder), row, clinic, site, doors.now(), memory.verdicts)
    decided: dict[str, PageDecision] = {}
    earlier = EarlierAddresses(doors.index)
    for page in _pages(wish, look):
        known = look.row.pages.get(page.lang)
        settled = is_page_settled(page, look) and earlier.are_told_of(page, known)
        if memory.swaps.has_met(key_of(page)) or not settled:
            decision = settle(partial(decide_page, page, look), memory.verdicts, doors.inbox)
            token = _swap(page, decision, look, memory.swaps, doors)
            made = made_of(decision, look) or (known.made if known else None)
            part = earlier.tell_of(page, replace(decision.part, token=token, made=made))
            decided[page.lang] = replace(decision, part=part)
            if version := published(page.lang, known, part, look.now):
                memory.unrecorded[version.lang, version.rev] = version
    lost = lost_entries(row, decided, doors.index) if wish.fresh else {}
    _record(look, decided, lost, memory, doors)
    if wish.images and (images := _images(look, wish)):
        doors.images.ring(images)


def _pages(wish: Wish, look: Look) -> list[PageRef]:
    langs = set(wish.langs)
    if wish.every:
        langs |= look.row.known_langs
        langs |= {name.lang for key in look.folder.uploaded() if isinstance(name := named(key), PageRef)}
    return [PageRef(look.post, lang) for lang in sorted(langs)]


def _swap(page: PageRef, decision: PageDecision, look: Look, swaps: Swaps, doors: PublishDoors) -> PageToken:
    """Bring the page to ``decision``; the token of what stands then."""
    part = look.row.pages.get(page.lang)
    recorded = part.token if part else PageToken()
    show, fp = decision.show, decision.fp
    if show is None:
        return swaps.stay(key_of(page), recorded)
    doors.assets.ensure()
    return swaps.swap(key_of(page), recorded, fp, lambda rev: finished_page(page, show, rev, fp))


def _record(
    look: Look, decided: dict[str, PageDecision], lost: dict[str, EntryRow], memory: _Memory, doors: PublishDoors
) -> None:
    changed: dict[str, PagePart] = {}
    entries: list[EntryRow] = []
    claimed = {lang: part.claims for lang, part in look.row.pages.items()}
    for lang, decision in decided.items():
        known = look.row.pages.get(lang)
        part = replace(decision.part, n=known.n if known else 0)
        if lang in lost or (part != known and (known or part.outcome.version or part.claimants)):
            changed[lang] = part
            page, before = PageRef(look.post, lang), known.mark if known else None
            entries += [lost[lang]] if lang in lost else entry_rows(page, before, part.mark, decision.entry)
            if known is None and _may_have_left_something(decision):
                entries += left_over(doors.index.listed(page), part.mark, decision.fp)
                olds = settle(partial(ever_claimed, page, look), memory.verdicts, doors.inbox)
                claimed[lang] = EarlierAddresses(doors.index).still_claimed(page, olds)
    orders = _orders(look, bool(decided), memory, doors)
    if changed or orders or memory.unrecorded:
        agenda, history = _agenda(look, changed), tuple(memory.unrecorded.values())
        claims = claims_to_write(claimed, decided)
        change = Change(changed, orders=orders, entries=tuple(entries), agenda=agenda, history=history, claims=claims)
        doors.index.record_post(look.post, change)
        memory.unrecorded.clear()


def _may_have_left_something(decision: PageDecision) -> bool:
    """Whether a page of which no row tells may stand in listings, or claim addresses: something stood there, or nothing
    may."""
    return decision.part.token.rev > 1 or (decision.show is not None and decision.entry is None)


def _agenda(look: Look, changed: Mapping[str, PagePart]) -> Agenda:
    known = look.row.pages
    return agenda_of(
        (PageRef(look.post, lang).key, known[lang].next_at if lang in known else None, part.next_at)
        for lang, part in changed.items()
    )


def _orders(look: Look, decided: bool, memory: _Memory, doors: PublishDoors) -> dict[str, OrderPart]:
    changed: dict[str, OrderPart] = {}
    orders = {key for key in look.folder.uploaded() if isinstance(named(key), PostWithdrawal | PageWithdrawal)}
    for key in sorted(orders):
        file = key.removeprefix(look.post.folder)
        known = look.row.orders.get(file)
        if known and not decided and known.seen == order_seen(key, look):
            continue
        part = settle(partial(decide_order, key, look), memory.verdicts, doors.inbox)
        part = replace(part, n=known.n if known else 0)
        if part != known:
            changed[file] = part
    return changed


def _images(look: Look, wish: Wish) -> list[Ring]:
    """A ring for each image that the folder ever knew, be it only by a withdrawal."""
    names = [named(key) for key in look.folder.uploaded()]
    keys = {name.key for name in names if isinstance(name, ImageRef)}
    keys |= {name.image.key for name in names if isinstance(name, ImageWithdrawal)}
    return [Ring(key, fresh=wish.fresh, anew=wish.anew) for key in sorted(keys)]
