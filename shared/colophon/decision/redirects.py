"""Posts that moved: which post claims an earlier address, where that address leads, and which claims conflict."""

from collections.abc import Iterator, Mapping

from colophon.decision.claim import ClaimedAddresses, ClaimTarget, Rivals, active_claims, is_own_claim
from colophon.decision.rows import PostRow
from colophon.decision.snapshot import PostSnapshot, kept_page_version
from colophon.edition.model import Edition
from colophon.page.paths import page_path
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal, parse_key
from colophon.upload.site_page_names import names_site_page
from colophon.upload.versions import Version, readable_versions
from colophon.views import TombstoneView

# No post moves this often. The limit ends a circle of claims.
_LONGEST_CHAIN = 20
# A claim is kept in the item of the post at the address. Of several targets so many tell as much as all of them: the
# address leads nowhere, and reports name ``_MAX_NAMED``. Longer names together are no move that anyone made.
_MAX_FORWARDED = 4
_MAX_FORWARDED_CHARACTERS = 1500


def claim_targets_at(page: PageRef, snapshot: PostSnapshot) -> dict[str, ClaimTarget]:
    """The live posts that claim ``page``, directly or over other posts, each by the shortest way.

    A claim that the clinic of ``page`` does not accept counts for nothing.
    """
    nearest: dict[str, ClaimTarget] = {}
    for claimant, claim in snapshot.row.claims.get(page.lang, {}).items():
        if not snapshot.clinic.accepts_moves_from(parse_post_name(claimant).clinic):
            continue
        for target in claim.targets:
            known = nearest.get(target.post)
            if known is None or (len(target.via), target.via) < (len(known.via), known.via):
                nearest[target.post] = target
    return nearest


def redirect_for(page: PageRef, snapshot: PostSnapshot) -> TombstoneView | None:
    """The redirect to the post that claims ``page``; None if no post claims it, or several do."""
    targets = claim_targets_at(page, snapshot)
    if len(targets) != 1:
        return None
    new = PageRef(parse_post_name(next(iter(targets))), page.lang)
    # Without the site's settings: a change of them does not refresh an address that has no files.
    return TombstoneView("moved", page.lang, location=page_path(new))


def own_claims(page: PageRef, edition: Edition) -> ClaimedAddresses:
    """What ``page`` claims while ``edition`` is live there."""
    own_name = str(page.post)
    return {
        address: (ClaimTarget(own_name),)
        for address in edition.front_matter.moved_from
        if address != own_name and not is_site_address(address)
    }


def is_site_address(address: str) -> bool:
    """Whether ``<clinic>/<post>`` is an address that the site needs for pages of its own, so that no post claims it."""
    post = parse_post_name(address)
    return names_site_page("clinic", post.clinic) or names_site_page("post", post.post)


def forwarded_claims(page: PageRef, edition: Edition, targets: Mapping[str, ClaimTarget]) -> ClaimedAddresses:
    """What ``page``, which moved itself, claims for ``targets``: the earlier addresses in its last ``edition``."""
    own_name = str(page.post)
    claimed: dict[str, tuple[ClaimTarget, ...]] = {}
    for address in edition.front_matter.moved_from:
        further = tuple(
            ClaimTarget(post, (*target.via, own_name))
            for post, target in sorted(targets.items())
            if address not in (own_name, post, *target.via)
            and not is_site_address(address)
            and len(target.via) < _LONGEST_CHAIN
        )
        if further and _count_characters(further[:_MAX_FORWARDED]) <= _MAX_FORWARDED_CHARACTERS:
            claimed[address] = further[:_MAX_FORWARDED]
    return claimed


def _count_characters(targets: tuple[ClaimTarget, ...]) -> int:
    return sum(len(name) for target in targets for name in (target.post, *target.via))


def last_edition(page: PageRef, snapshot: PostSnapshot) -> Edition | None:
    """The newest valid version of a page that is not live, deleted or not. Raises NeedsVersion."""
    for version in _readable_texts(page, snapshot):
        content = snapshot.content(version)
        if isinstance(content, Edition):
            return content
    return None


def addresses_ever_claimed(page: PageRef, snapshot: PostSnapshot) -> tuple[str, ...]:
    """The earlier addresses that any valid version of ``page`` named. Raises NeedsVersion."""
    addresses: set[str] = set()
    for version in _readable_texts(page, snapshot):
        content = snapshot.content(version)
        addresses |= set(content.front_matter.moved_from if isinstance(content, Edition) else ())
    return tuple(sorted(addresses))


def _readable_texts(page: PageRef, snapshot: PostSnapshot) -> Iterator[Version]:
    history = snapshot.folder.history_of(page.key)
    versions = readable_versions((history,), kept_page_version(page, snapshot))
    return (version for version in versions if not version.deleted)


def parse_post_name(name: str) -> PostRef:
    """The post that ``<clinic>/<post>`` names."""
    clinic, _, post = name.partition("/")
    return PostRef(clinic, post)


# Further posts that claim the same address change neither the report nor what it asks for.
_MAX_NAMED = 3


def find_rivals(row: PostRow, lang: str, claimant: str) -> Rivals:
    """What keeps ``claimant`` from the address of the post of ``row``."""
    claims = row.claims.get(lang, {})
    others = {target.post for name, claim in claims.items() if name != claimant for target in claim.targets}
    page_row = row.pages.get(lang)
    posts = tuple(sorted(others - {claimant})[:_MAX_NAMED])
    return Rivals(
        posts, page_row is not None and page_row.facts is not None, page_row.blocking_withdrawals if page_row else ()
    )


def rival_warnings(page: PageRef, address: str, rivals: Rivals) -> list[Problem]:
    """What the report of ``page`` says of the ``rivals`` that keep ``address`` from leading to it."""
    warnings = []
    if rivals.posts:
        what = (
            f"The earlier address {address} is also claimed by {_rivals_text(page, rivals)}. "
            "It redirects to none of them until only one claims it."
        )
        warnings.append(claim_warning(what, f"Remove {address} from moved_from in all of them but one."))
    if rivals.has_page:
        what = f"The earlier address {address} still shows a page of its own, so it does not redirect here."
        warnings.append(
            claim_warning(what, f"Delete posts/{address}/{page.lang}.md, or remove {address} from moved_from.")
        )
    if rivals.withdrawals:
        keys = ", ".join(rivals.withdrawals)
        what = f"The earlier address {address} is withdrawn ({keys}), so it does not redirect here."
        ends = " and ".join(f"colophon reinstate {_withdrawal_target(key)}" for key in rivals.withdrawals)
        warnings.append(claim_warning(what, f"Nothing to do if it should stay withdrawn; otherwise run {ends}."))
    return warnings


def _rivals_text(page: PageRef, rivals: Rivals) -> str:
    """The rival posts in a sentence. A report never names a post of another clinic."""
    own = [name for name in rivals.posts if parse_post_name(name).clinic == page.post.clinic]
    texts = [f"other posts ({', '.join(own)})"] if own else []
    if len(own) < len(rivals.posts):
        texts.append("posts of other clinics")
    return " and by ".join(texts)


def _withdrawal_target(key: str) -> str:
    withdrawal = parse_key(key)
    return withdrawal.target_name if isinstance(withdrawal, ClinicWithdrawal | PostWithdrawal | PageWithdrawal) else key


def claim_warning(what: str, fix: str) -> Problem:
    """A warning about an address in ``moved_from``."""
    return Problem(what, fix, "moved_from", severity="warning")


def unaccepted_clinics(page: PageRef, snapshot: PostSnapshot) -> tuple[str, ...]:
    """The clinics that claims to ``page`` come from although its own clinic does not accept moves from them."""
    claims = active_claims(snapshot.row.claims.get(page.lang, {}))
    clinics = {parse_post_name(claimant).clinic for claimant in claims}
    return tuple(sorted(clinic for clinic in clinics if not snapshot.clinic.accepts_moves_from(clinic)))


def pages_affected_by_claims(row: PostRow) -> Iterator[PageRef]:
    """The pages to refresh: those of ``row`` that were made from other claims, and claimants with other rivals or whose
    claims are not accepted any longer.

    All claims to a post's addresses are in its own item, so one record holds them as they were at one moment.
    """
    for lang, claims in row.claims.items():
        page_row = row.pages.get(lang)
        if page_row is None or dict(page_row.claimants) != {post: claim.id for post, claim in claims.items()}:
            yield PageRef(row.post, lang)
        unaccepted = page_row.unaccepted_clinics if page_row else ()
        for post, claim in active_claims(claims).items():
            claimant = parse_post_name(post)
            has_other_rivals = is_own_claim(claim, post) and claim.reported_rivals != find_rivals(row, lang, post)
            if has_other_rivals or claimant.clinic in unaccepted:
                yield PageRef(claimant, lang)


def posts_claimed_by(row: PostRow) -> frozenset[PostRef]:
    """The posts whose addresses the post of ``row`` claims."""
    return frozenset(parse_post_name(address) for page_row in row.pages.values() for address in page_row.claims)
