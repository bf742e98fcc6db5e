"""The earlier addresses that a post claims: what stands at them, and what is written to them."""

from collections.abc import Mapping, Sequence

from colophon.decision.claim import Claim, changed_claims, is_own
from colophon.decision.page import PageDecision
from colophon.decision.redirects import are_rivals_known, post_named, with_rivals
from colophon.decision.rows import PagePart, PostRow
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef

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
