"""``publish`` a post: token, look, swap, record."""

from dataclasses import dataclass, field, replace
from functools import partial

from colophon.decision.look import Look, is_page_settled
from colophon.decision.order import decide_order, order_seen
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.parts import OrderPart, PagePart, PageToken
from colophon.listings.entry import Entry, entries_of
from colophon.page.finished import finished_page
from colophon.page.paths import key_of
from colophon.stores.index import Change
from colophon.stores.lost import Lost
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal, named
from colophon.upload.ring import Ring
from colophon.verbs.attempts import LIMIT, until_landed
from colophon.verbs.doors import PublishDoors
from colophon.verbs.looking import settle


@dataclass(frozen=True, slots=True)
class Wish:
    """What rings asked of one post: these languages (``every``: all there are), its images too."""

    langs: frozenset[str] = frozenset()
    every: bool = False
    images: bool = False

    def __or__(self, other: "Wish") -> "Wish":
        return Wish(
            self.langs | other.langs,
            self.every or other.every,
            self.images or other.images,
        )


@dataclass(slots=True)
class _Memory:
    """What one handler keeps between tries: versions never change, and a token that lost once loses again."""

    verdicts: dict[str, object] = field(default_factory=dict)
    tokens: dict[PageRef, PageToken] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)


def publish(post: PostRef, wish: Wish, doors: PublishDoors) -> None:
    """Bring the pages of ``post`` that ``wish`` names to what the inbox says now. Raises Unavailable."""
    pages = 4 if wish.every else max(1, len(wish.langs))
    until_landed(partial(_attempt, post, wish, _Memory(), doors), str(post), LIMIT * pages)


def _attempt(post: PostRef, wish: Wish, memory: _Memory, doors: PublishDoors) -> None:
    row, clinic, site = doors.index.post(post)
    look = Look(doors.inbox.folder(post.folder), row, clinic, site, doors.now(), memory.verdicts)
    pages: dict[str, PagePart] = {}
    for page in _pages(wish, look):
        if page in memory.tokens or not is_page_settled(page, look):
            decision = settle(partial(decide_page, page, look), memory.verdicts, doors.inbox)
            memory.tokens[page] = _swap(page, decision, look, memory, doors)
            pages[page.lang] = replace(decision.part, token=memory.tokens[page])
    _record(look, pages, memory, doors)
    if wish.images and (images := _images(look)):
        doors.images.ring(images)


def _pages(wish: Wish, look: Look) -> list[PageRef]:
    langs = set(wish.langs)
    if wish.every:
        langs |= look.row.pages.keys()
        langs |= {name.lang for key in look.folder.uploaded() if isinstance(name := named(key), PageRef)}
    return [PageRef(look.post, lang) for lang in sorted(langs)]


def _swap(page: PageRef, decision: PageDecision, look: Look, memory: _Memory, doors: PublishDoors) -> PageToken:
    """Bring the page to ``decision`` and return the token of what stands; Lost leaves the new token in ``memory``."""
    part = look.row.pages.get(page.lang)
    recorded = part.token if part else PageToken()
    token = _newer(recorded, memory.tokens.get(page), memory)
    if decision.show is None or decision.fp == token.fp:
        return token
    doors.ensure_style()
    rev = max(token.rev, recorded.rev) + 1
    try:
        return doors.site.swap(finished_page(page, decision.show, rev, decision.fp), token)
    except Lost:
        memory.spent.add(token.etag)
        memory.tokens[page] = doors.site.token(key_of(page))
        raise


def _newer(recorded: PageToken, kept: PageToken | None, memory: _Memory) -> PageToken:
    if kept is None or (recorded.rev > kept.rev and recorded.etag not in memory.spent):
        return recorded
    return kept


def _record(look: Look, pages: dict[str, PagePart], memory: _Memory, doors: PublishDoors) -> None:
    changed: dict[str, PagePart] = {}
    entries: list[Entry] = []
    for lang, part in pages.items():
        known = look.row.pages.get(lang)
        part = replace(part, n=known.n if known else 0)
        if part != known and (known or part.outcome.version):
            changed[lang] = part
            if part.facts_id != (known.facts_id if known else ""):
                before = known.facts if known else None
                entries += entries_of(PageRef(look.post, lang), before, part.facts, part.facts_id)
    orders = _orders(look, bool(pages), memory, doors)
    if changed or orders:
        doors.index.record_post(look.post, Change(pages=changed, orders=orders, entries=tuple(entries)))


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


def _images(look: Look) -> list[Ring]:
    """A ring for each image that the folder ever knew, be it only by a withdrawal."""
    names = [named(key) for key in look.folder.uploaded()]
    keys = {name.key for name in names if isinstance(name, ImageRef)}
    keys |= {name.image.key for name in names if isinstance(name, ImageWithdrawal)}
    return [Ring(key) for key in sorted(keys)]
