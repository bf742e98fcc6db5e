"""One object as it is to stand on the site."""

from collections.abc import Mapping

from msgspec import Struct, field


class SiteObject(Struct, frozen=True):
    """``metadata`` is ASCII: rev, fp, cache-tag, and of a tombstone its kind
    and what it answers (status, location, link)."""

    key: str
    content: bytes
    content_type: str
    cache_control: str
    metadata: Mapping[str, str] = field(default_factory=dict)
