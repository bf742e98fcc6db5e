"""One form for the addresses of one post, to find out that two posts reproduce the same original."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode

from colophon.clinic.platforms import POST_RULES, normalize_host
from colophon.upload.values import split_url

# Most addresses are so: nothing is to be decoded. A faster way to the same form.
_PLAIN = re.compile(r"https://([a-z0-9][a-z0-9.-]*[a-z0-9])((?:/[\w.~-]+)*)/?", re.ASCII)
# What shares and campaigns add to an address.
_TRACKING = ("utm_", "fbclid", "gclid", "igsh", "trackingcode", "fromrss")


@lru_cache(maxsize=1024)
def normalize_post_address(url: str) -> str:
    """``url`` as all addresses of its post are written: equal for two that lead to the same post.

    The host's case, ``www.``, a trailing slash, the fragment, the order of parameters and tracking parameters make no
    difference. On a platform that knows its posts, nor do other hosts and other forms.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and (host := plain[1].removeprefix("www.")) not in POST_RULES:
        return f"https://{host}{plain[2]}"
    parts = split_url(url)
    if parts is None:
        return url
    host, steps = normalize_host(parts), tuple(step for step in unquote(parts.path).split("/") if step)
    find_post = POST_RULES.get(host)
    if find_post and (found := find_post(parts, steps)):
        return found
    query = parse_qsl(parts.query) if parts.query else ()
    kept = sorted(pair for pair in query if not pair[0].lower().startswith(_TRACKING))
    return f"https://{'/'.join((host, *steps))}{'?' + urlencode(kept) if kept else ''}"
