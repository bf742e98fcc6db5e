"""Which web addresses may stand on a page: absolute https ones that every reader of them takes alike."""

import re
from urllib.parse import SplitResult, urlsplit

_SPACES = re.compile(r"[\s<>\"\\^`{|}]")
_HOST = re.compile(r"[^\s.%:@/\\\[\]]+(\.[^\s.%:@/\\\[\]]+)*")

# What most addresses are: all that may go wrong with one lies outside of it.
_PLAIN = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9/_.@-]*)?")


def https_flaw(address: str) -> str | None:
    """What is wrong with ``address`` as a link on a page, as the rest of a sentence that begins with it, or None."""
    if _PLAIN.fullmatch(address):
        return None
    if not address:
        return "is empty"
    if not address.startswith("https://"):
        return _scheme_flaw(address)
    if _SPACES.search(address) or not address.isprintable():
        return "holds a space or a character that no address may hold"
    parts = split_address(address)
    if parts is None:
        return "is not an address that can be read"
    if "@" in parts.netloc:
        return "holds a user name or password"
    if not _HOST.fullmatch(parts.hostname or ""):
        return "names no host"
    return None


def split_address(address: str) -> SplitResult | None:
    """``address`` in its parts, or None where it has none."""
    if _PLAIN.fullmatch(address):
        host, slash, path = address.removeprefix("https://").partition("/")
        return SplitResult("https", host, slash + path, "", "")
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _scheme_flaw(address: str) -> str:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if address.startswith("//") or scheme is None:
        return "is not a whole address: it does not begin with https://"
    if scheme[1].lower() == "https":
        return "does not begin with https:// in exactly these letters"
    return f"begins with {scheme[1][:20]}: and not with https:"
