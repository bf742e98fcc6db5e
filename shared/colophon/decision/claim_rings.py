"""Whom claims concern that looked before they came: like siblings, told by a record, whoever's it was."""

from collections.abc import Iterator

from colophon.decision.claim import is_own
from colophon.decision.moving import post_named
from colophon.decision.parts import PostRow
from colophon.decision.rivals import rivals_at
from colophon.upload.keys import PageRef, PostRef


def touched_by_claims(row: PostRow) -> Iterator[PageRef]:
    """The pages to ring for: those of the post in ``row`` that were made from other claims than there are, and the
    claimants whose reports were written with other rivals.

    All claims to a post's addresses lie in its own item, so what one record shows of them stood at one moment.
    """
    for lang, claims in row.claims.items():
        part = row.pages.get(lang)
        if part is None or dict(part.claimants) != {post: claim.id for post, claim in claims.items()}:
            yield PageRef(row.post, lang)
        for post, claim in claims.items():
            if is_own(claim, post) and claim.saw != rivals_at(row, lang, post):
                yield PageRef(post_named(post), lang)


def earlier_addresses(row: PostRow) -> frozenset[PostRef]:
    """The posts at whose addresses claims of the post in ``row`` are kept."""
    return frozenset(post_named(old) for part in row.pages.values() for old in part.claims)
