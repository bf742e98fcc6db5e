"""Objects of the site bucket: content types, cache lifetimes, cache tags."""

from collections.abc import Mapping

from msgspec import Struct, field

from colophon.upload.keys import PostRef


class SiteObject(Struct, frozen=True):
    """An object as it is put. ``metadata`` is ASCII: rev, fp and cache-tag, for a tombstone also kind, status,
    location and link."""

    key: str
    content: bytes
    content_type: str
    cache_control: str
    metadata: Mapping[str, str] = field(default_factory=dict)


HTML_TYPE = "text/html; charset=utf-8"
STYLE_TYPE = "text/css; charset=utf-8"
SCRIPT_TYPE = "text/javascript; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
XML_TYPE = "application/xml; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"

# The lifetime at the edge limits how long a lost purge can matter.
PAGE_CACHE_CONTROL = "public, max-age=60, s-maxage=300"
# The path of an image changes with its content. Browsers keep it for one day, because it may be withdrawn.
IMAGE_CACHE_CONTROL = "public, max-age=86400, s-maxage=31536000"
ASSET_CACHE_CONTROL = "public, max-age=31536000, immutable"
# What an awaited listing redirects to is wrong in a moment: no longer than an error stays at the edge (infra/cdn.yaml).
AWAITED_CACHE_CONTROL = "public, max-age=0, s-maxage=10"
# In the metadata of such an object.
AWAITED_KIND = "awaited"
# The cache tag of the listings in every language.
EVERY_LISTING_TAG = "listings"


def post_tags(post: PostRef) -> str:
    """The cache tags of every page and image of a post: a comma list, as CloudFront reads it from ``cache-tag``."""
    return f"{post_tag(post)},{clinic_tag(post.clinic)}"


def clinic_tag(clinic: str) -> str:
    """The cache tag of everything of a clinic."""
    return f"c:{clinic}"


def post_tag(post: PostRef) -> str:
    """The cache tag of a post's pages and images."""
    return f"p:{post}"


def listing_tag(lang: str) -> str:
    """The cache tag of the listings in ``lang``."""
    return f"l:{lang}"


def listing_tags(lang: str, clinic: str | None = None) -> str:
    """The cache tags of a listing in ``lang``, or of ``clinic`` in it."""
    tags = f"{listing_tag(lang)},{EVERY_LISTING_TAG}"
    return f"{tags},{clinic_tag(clinic)}" if clinic else tags


def blocked_by_link(site_url: str) -> str:
    """The ``Link`` header of a 451: the site itself blocks the page (RFC 7725, 4)."""
    return f'<{site_url}/>; rel="blocked-by"'
