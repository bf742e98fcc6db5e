"""Turns whole https addresses in rendered text into links. Nothing else becomes a link by itself."""

import re
from html import escape, unescape
from urllib.parse import quote

from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.values import https_url_error

# What is no text, and an address with all that follows up to a space or a tag.
_LINK_CODE_OR_ADDRESS = compile_lazily(
    r"<a .*?</a>|<code>.*?</code>|(?<![A-Za-z0-9+=/?&#%@_])https://(?:[!-;=?-~]|[^\W\x00-\x7f])++(?!<(?:em|strong|del|code)>)",
    re.DOTALL,
)
# An ASCII letter ends an address before a letter of another script, because Korean and Japanese particles follow
# without a space: https://example.com/a에서. Elsewhere such letters belong to it, as in /wiki/피부.
_ADDRESS = compile_lazily(r"https://(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]|(?<![A-Za-z0-9])[^\W\x00-\x7f]++)+")
_HOST = compile_lazily(r"https://[^/?#]+\.[^/?#]+")
# Source: GitHub Flavored Markdown 0.29, 6.9: marks at the end are not part of an address.
_FINAL_MARKS = "?!.,:;*_~'\"[]"
_HREF = ' href="'
_SAFE_IN_URL = "!#$%&'()*+,/:;=?@[]~"


def link_addresses(html: str) -> str:
    """``html``, as rendered, with a link for each whole https address in its text."""
    at = html.find("https://")
    while at >= 0:
        if html[at - len(_HREF) : at] != _HREF:
            return _LINK_CODE_OR_ADDRESS.sub(_link, html)
        at = html.find("https://", at + 1)
    return html


def _link(match: re.Match[str]) -> str:
    if match[0].startswith("<"):
        return match[0]
    text = unescape(match[0])
    found = _ADDRESS.match(text)
    address = _without_final_marks(found[0]) if found else ""
    url = quote(address, safe=_SAFE_IN_URL)
    if not _HOST.match(address) or https_url_error(url) is not None:
        return match[0]
    return f'<a href="{escape(url)}">{escape(address)}</a>{escape(text[len(address) :])}'


def _without_final_marks(address: str) -> str:
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end:
        if address[end - 1] == ")" and unopened > 0:
            unopened -= 1
        elif address[end - 1] not in _FINAL_MARKS:
            break
        end -= 1
    return address[:end]
