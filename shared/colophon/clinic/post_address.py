"""One form for the addresses of one post, to find out that two posts reproduce the same original."""

from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode

from colophon.clinic.platforms import PLATFORMS, normalize_host
from colophon.upload.values import split_url

# What shares and campaigns add to an address.
_TRACKING = ("utm_", "fbclid", "gclid", "igsh", "trackingcode", "fromrss")


@lru_cache(maxsize=1024)
def normalize_post_address(url: str) -> str:
    """``url`` as all addresses of its post are written: equal for two that lead to the same post.

    The host's case, ``www.``, a trailing slash, the fragment, the order of parameters and tracking parameters make no
    difference. On a platform that knows its posts, nor do other hosts and other forms.
    """
    parts = split_url(url)
    if parts is None:
        return url
    steps = tuple(unquote(step) for step in parts.path.split("/") if step)
    for platform in PLATFORMS:
        if found := platform.find_post(parts, steps):
            return found
    query = [pair for pair in parse_qsl(parts.query) if not pair[0].lower().startswith(_TRACKING)]
    parameters = "?" + urlencode(sorted(query)) if query else ""
    return f"https://{'/'.join((normalize_host(parts), *steps))}{parameters}"
