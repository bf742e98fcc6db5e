"""What a page is made from, and every published version of it, from the index."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from colophon.decision.history import PublishedVersion, all_versions
from colophon.decision.rows import PageRow, PostRow
from colophon.stores import row_encoding
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef, PostWithdrawal, parse_key


class PageHistory(Struct, frozen=True):
    """One page: its row, the languages that it links to, and its versions, newest first."""

    page: PageRef
    part: PageRow
    languages: tuple[str, ...]
    versions: tuple[PublishedVersion, ...]

    def as_json(self) -> dict[str, object]:
        """Version ids are the upload's, times are UTC; ``made_from`` is null if nothing was ever published."""
        made, again = self.part.provenance, self.part.next_at
        return {
            "key": self.page.key,
            "rev": self.part.token.rev,
            "stands": made.kind if made else None,
            "made_from": {
                "version": made.version,
                "withdrawals": list(made.withdrawals),
                "images": sorted(made.images),
                "languages": list(self.languages),
            }
            if made
            else None,
            "looked_at_again": again.isoformat() if again else None,
            "history": [_as_json(version) for version in self.versions],
        }


def page_histories(index: Index, key: str) -> tuple[PageHistory, ...]:
    """The page of the edition ``key``, or every page of the post whose folder ``key`` is; else nothing."""
    name = parse_key(key)
    post = name.post if isinstance(name, PageRef) else post_of_folder(key)
    if post is None:
        return ()
    row = row_encoding.decode_post(post, index.read_item(*row_encoding.split_key(row_encoding.post_key(post))))
    pages = [name] if isinstance(name, PageRef) else [PageRef(post, lang) for lang in sorted(row.pages)]
    return tuple(_histories(index, row, pages))


def post_of_folder(key: str) -> PostRef | None:
    """The post whose folder ``key``, without a trailing slash, is."""
    name = parse_key(f"{key}/withdrawal.yaml")
    return name.post if isinstance(name, PostWithdrawal) else None


def _histories(index: Index, row: PostRow, pages: list[PageRef]) -> Iterator[PageHistory]:
    for page in pages:
        part = row.pages.get(page.lang)
        if part:
            linked = part.siblings if part.provenance and part.provenance.kind == "page" else {}
            live = sorted(lang for lang in linked or {} if lang in row.pages and row.pages[lang].facts)
            versions = all_versions(page.lang, part, index.read_history(page))
            yield PageHistory(page, part, tuple(live), tuple(versions))


def _as_json(version: PublishedVersion) -> dict[str, Any]:
    return {
        "rev": version.rev,
        "at": version.at.isoformat(),
        "stands": version.kind,
        "version": version.version,
        "since": version.previous_rev,
        "changed": [{"what": one.what, "names": list(one.names)} for one in version.differences],
        "reason": version.reason,
    }
