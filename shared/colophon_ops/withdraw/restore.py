"""The checks after a withdrawal was lifted: what must be shown again, or what still keeps it away.

That is the pages and images that the inbox still holds, and the redirects from their earlier addresses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from colophon.decision.redirects import parse_post_name
from colophon.decision.rows import Outcome, PageRow, PostRow
from colophon.page.paths import FRONT_KEY, page_key, page_path
from colophon.stores import row_encoding
from colophon.stores.index import Index
from colophon.upload.keys import ClinicWithdrawal, ImageRef, PageRef, PageWithdrawal, PostRef, PostWithdrawal
from colophon_ops.site_reader import SiteReader
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint, covers
from colophon_ops.withdraw.proof import PUBLIC_SITE, Check, Finding, Phase
from colophon_ops.withdraw.subject import parse_target_key


def restore_checks(footprint: Footprint, clients: WithdrawClients) -> Iterator[Check]:
    """All checks after a withdrawal was lifted, in the order in which they are printed."""
    # Whether the public site answers at all is read before the other public addresses.
    read = partial(_read_status, clients.public, FRONT_KEY)
    front = Check(clients.public.url(FRONT_KEY), PUBLIC_SITE, Phase.LISTINGS, read)
    yield front
    pages: dict[PageRef, Check] = {}
    for edition in footprint.covered:
        if edition.present:
            row, stored, public = _edition_checks(edition, footprint, clients, front)
            pages[edition.page] = stored
            yield from (row, stored, public)
    yield from _redirect_checks(footprint, clients, pages)
    if isinstance(footprint.target, ClinicWithdrawal):
        read_cards = partial(_read_cards, footprint.target.clinic, clients)
        yield Check(f"index: cards of {footprint.target.clinic}", "cards", Phase.PUBLIC, read_cards, (front,))
    for image in footprint.images:
        read = partial(_read_image, image, footprint, clients)
        yield Check(f"index: {image.key}", "image", Phase.PUBLIC, read, (front,))


def _edition_checks(
    edition: EditionFootprint, footprint: Footprint, clients: WithdrawClients, front: Check
) -> tuple[Check, Check, Check]:
    key, bucket, public = page_key(edition.page), clients.bucket, clients.public
    read_row = partial(_read_page_row, edition, footprint, clients.index)
    row = Check(f"index: {edition.page.key}", "index", Phase.INDEX, read_row)
    stored = Check(bucket.url(key), "page", Phase.BUCKET, partial(_read_status, bucket, key), (row,))
    read = partial(_read_status, public, key)
    return row, stored, Check(public.url(key), "public page", Phase.PUBLIC, read, (stored, front))


def _redirect_checks(footprint: Footprint, clients: WithdrawClients, pages: Mapping[PageRef, Check]) -> Iterator[Check]:
    """The addresses that a restored page claims, and the restored addresses that other pages claim.

    ``pages`` are the checks of the stored pages.
    """
    walk = _ClaimWalk(footprint.target.key, clients, {page: (check,) for page, check in pages.items()})
    for page in sorted({*footprint.earlier_addresses, *_claimed_addresses(footprint, clients)} - pages.keys()):
        walk.visit(page)
    yield from walk.checks


def _claimed_addresses(footprint: Footprint, clients: WithdrawClients) -> Iterator[PageRef]:
    """The addresses that the withdrawal itself was against and that other pages claim."""
    match footprint.target:
        case ClinicWithdrawal(clinic=clinic):
            posts = tuple(clients.index.read_claimed_posts(clinic))
        case PostWithdrawal(post=post):
            posts = (post,)
        case PageWithdrawal(page=page):
            posts = (page.post,)
        case _:
            posts = ()
    only = footprint.target.page.lang if isinstance(footprint.target, PageWithdrawal) else ""
    for post in posts:
        langs = clients.index.read_post(post)[0].claims
        yield from (PageRef(post, lang) for lang in langs if only in ("", lang))


@dataclass(slots=True)
class _ClaimWalk:
    """Follows claims from earlier addresses to restored pages, over several moves.

    ``lifted`` is the key of the lifted withdrawal. ``visited`` gives, for each page, the checks of the restored pages
    to which it leads. ``checks`` has the addresses nearest to those first.
    """

    lifted: str
    clients: WithdrawClients
    visited: dict[PageRef, tuple[Check, ...]]
    checks: list[Check] = field(default_factory=list)

    def visit(self, page: PageRef) -> tuple[Check, ...]:
        """Add the checks of ``page`` and of every page that claims it. Returns the checks of the restored pages."""
        if page in self.visited:
            return self.visited[page]
        self.visited[page] = ()
        row, _, _ = self.clients.index.read_post(page.post)
        needs = tuple(dict.fromkeys(check for each in _claimants(row, page.lang) for check in self.visit(each)))
        self.visited[page] = needs
        key, bucket, public = page_key(page), self.clients.bucket, self.clients.public
        read = partial(_read_redirect, page, self.lifted, self.clients)
        stored = Check(bucket.url(key), "moved from", Phase.LISTINGS, partial(read, bucket), needs)
        self.checks += (
            stored,
            Check(public.url(key), "public moved from", Phase.PUBLIC, partial(read, public), (stored,)),
        )
        return needs


def _read_status(reader: SiteReader, key: str) -> Finding:
    status = reader.get(key).status
    return Finding(status == 200, str(status))


def _read_page_row(edition: EditionFootprint, footprint: Footprint, index: Index) -> Finding:
    part = _read_row(edition.page.post, index).pages.get(edition.page.lang)
    if part is None:
        return Finding(ok=False, text="not in the index yet")
    if part.facts is not None:
        return Finding(ok=True, text="live")
    return _explain_absence(part.outcome, edition.page, footprint)


def _read_image(image: ImageRef, footprint: Footprint, clients: WithdrawClients) -> Finding:
    """Whether ``image``, in the size that the index names, is in the bucket and at its public address."""
    part = _read_row(image.post, clients.index).images.get(image.name)
    if part is None or part.outcome.state == "absent":
        return Finding(ok=True, text="no longer in the inbox")
    if not part.path:
        return _explain_absence(part.outcome, image, footprint)
    key = unquote(part.path.removeprefix("/"))
    stored, public = clients.bucket.get(key).status, clients.public.get(key).status
    return Finding(stored == public == 200, f"/{key}: {stored} in the bucket, {public} for readers")


def _read_cards(clinic: str, clients: WithdrawClients) -> Finding:
    """Whether the cards that the index names are in the bucket and at their public addresses."""
    row = clients.index.read_clinic(clinic)[0]
    if row.withdrawal:
        return Finding(ok=False, text="still withdrawn")
    keys = [path.removeprefix("/") for path in row.card_paths.values()]
    lost = [key for key in keys if clients.bucket.get(key).status != 200 or clients.public.get(key).status != 200]
    return Finding(not lost, f"{len(keys)} cards" if not lost else f"not shown: {', '.join(lost)}")


def _explain_absence(outcome: Outcome, name: PageRef | ImageRef, footprint: Footprint) -> Finding:
    """Why ``name`` is not shown. It is held where another withdrawal covers it, or its upload has to be corrected."""
    if outcome.state == "withdrawn":
        others = [key for key in footprint.withdrawal_keys if key != footprint.target.key and _covers(key, name)]
        by_others = [key for key in others if any(problem.what.startswith(key) for problem in outcome.problems)]
        text = f"{' and '.join(by_others)} withdraws it too" if by_others else "still withdrawn"
        return Finding(ok=False, text=text, held=bool(by_others))
    problems = " ".join(f"{problem.what} {problem.fix}" for problem in outcome.problems)
    return Finding(ok=False, text=f"{outcome.state}: {problems}", held=outcome.state != "absent")


def _covers(key: str, name: PageRef | ImageRef) -> bool:
    target = parse_target_key(key)
    return target is not None and covers(target, name)


def _read_redirect(page: PageRef, lifted: str, clients: WithdrawClients, reader: SiteReader) -> Finding:
    """Whether ``page`` leads to the one live post that claims it. Without a claim, or with several, it leads nowhere.

    ``lifted`` is the key of the lifted withdrawal.
    """
    # Before the row: an address further on passes claims back in the transaction that records it.
    awaits = _awaits_claimant(page, lifted, clients, {page})
    row, clinic, _ = clients.index.read_post(page.post)
    claims, part = row.claims.get(page.lang, {}), row.pages.get(page.lang)
    response = reader.get(page_key(page))
    if part and part.facts is not None:
        return Finding(ok=True, text=f"{response.status}, a page of its own")
    if clinic.withdrawal:
        return Finding(ok=True, text=f"{response.status}, its clinic is withdrawn")
    if part and part.provenance and part.provenance.is_withdrawn:
        others = _other_withdrawals(part, lifted)
        withdrawn = f"{' and '.join(others)} withdraws it" if others else "still withdrawn"
        return Finding(bool(others), f"{response.status}, {withdrawn}")
    if awaits or not _are_claims_processed(row, page.lang):
        return Finding(ok=False, text=f"{response.status}, its claims are not processed yet")
    targets = sorted({target.post for claim in claims.values() for target in claim.targets})
    if len(targets) != 1:
        claimed = f"{len(targets)} posts claim it" if targets else "no live post claims it"
        return Finding(not response.location, f"{response.status}, {claimed}")
    expected = page_path(PageRef(parse_post_name(targets[0]), page.lang))
    leads = f"leads to {response.location}" if response.location else "leads nowhere"
    return Finding(response.location == expected, f"{response.status}, {leads}")


def _awaits_claimant(page: PageRef, lifted: str, clients: WithdrawClients, seen: set[PageRef]) -> bool:
    """Whether the index still has a page that claims ``page``, over several moves, as withdrawn by ``lifted`` only, or
    with claims to its own address that are not processed yet."""
    row, _, _ = clients.index.read_post(page.post)
    for claimant in _claimants(row, page.lang):
        if claimant in seen:
            continue
        seen.add(claimant)
        claiming, _, _ = clients.index.read_post(claimant.post)
        part = claiming.pages.get(claimant.lang)
        is_withdrawn = (
            part and part.provenance and part.provenance.is_withdrawn and not _other_withdrawals(part, lifted)
        )
        is_pending = is_withdrawn or not _are_claims_processed(claiming, claimant.lang)
        if is_pending or _awaits_claimant(claimant, lifted, clients, seen):
            return True
    return False


def _are_claims_processed(row: PostRow, lang: str) -> bool:
    """Whether the page's row was decided with the claims that are kept at its address now."""
    part = row.pages.get(lang)
    return dict(part.claimants if part else {}) == {post: claim.id for post, claim in row.claims.get(lang, {}).items()}


def _claimants(row: PostRow, lang: str) -> list[PageRef]:
    return [PageRef(parse_post_name(claimant), lang) for claimant in sorted(row.claims.get(lang, {}))]


def _other_withdrawals(part: PageRow, lifted: str) -> list[str]:
    return [key for key in part.provenance.withdrawals if key != lifted] if part.provenance else []


def _read_row(post: PostRef, index: Index) -> PostRow:
    key = row_encoding.post_key(post)
    return row_encoding.decode_post(post, index.read_item(key["pk"]["S"], key["sk"]["S"]))
