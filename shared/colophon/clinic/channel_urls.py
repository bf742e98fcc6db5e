"""Who publishes at an address, platform by platform. A new platform is one function and one line of the table."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, unquote

from msgspec import Struct

from colophon.upload.values import https_flaw, split_address


class Publisher(Struct, frozen=True):
    """Whoever owns everything on ``host`` below ``path``; ``account`` None: the address does not tell whose it is.

    ``query`` are parameters that every address of theirs carries.
    """

    host: str
    path: tuple[str, ...] = ()
    account: str | None = ""
    query: frozenset[tuple[str, str]] = frozenset()

    def covers(self, other: "Publisher") -> bool:
        """Whether ``other`` publishes as this one, as far as addresses can tell."""
        return (
            self.host == other.host
            and self.path == other.path[: len(self.path)]
            and (other.account is None or self.account == other.account)
            and self.query <= other.query
        )


@lru_cache(maxsize=1024)
def publisher(kind: str, url: str) -> Publisher | None:
    """Who publishes at ``url`` if it is on a platform of ``kind``, or None. As a channel's own it names an account."""
    found = publisher_of(kind, url)
    return found if found and found.account is not None else None


def publisher_of(kind: str, url: str) -> Publisher | None:
    """Who publishes at ``url`` if it is on a platform of ``kind``; the account may be untold (a bare video)."""
    parts = None if https_flaw(url) else split_address(url)
    if parts is None:
        return None
    steps = tuple(unquote(step) for step in parts.path.split("/") if step)
    if any(step in (".", "..") or "/" in step for step in steps):
        return None
    return _PLATFORMS.get(kind, _website)(parts, steps)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    return host if parts.port in (None, 443) else f"{host}:{parts.port}"


def _website(parts: SplitResult, steps: tuple[str, ...]) -> Publisher:
    query = frozenset((name, value) for name, values in parse_qs(parts.query).items() for value in values)
    return Publisher(_host(parts), steps, query=query)


def _naver_blog(parts: SplitResult, steps: tuple[str, ...]) -> Publisher | None:
    """blog.naver.com/<id>/..., the mobile host alike, or PostView.naver?blogId=<id> (PostView.nhn before 2021)."""
    if _host(parts) not in ("blog.naver.com", "m.blog.naver.com") or not steps:
        return None
    blog = steps[0]
    if blog.lower().endswith((".naver", ".nhn")):
        named = parse_qs(parts.query).get("blogId", [])
        blog = named[0] if len(named) == 1 else ""
    return Publisher("blog.naver.com", account=blog.lower()) if blog else None


def _youtube(parts: SplitResult, steps: tuple[str, ...]) -> Publisher | None:
    """youtube.com/@handle, /channel/<id>, /c/<name>, /user/<name>; a video's address tells no channel."""
    host = _host(parts).removeprefix("m.")
    if host == "youtu.be" and steps:
        return Publisher("youtube.com", account=None)
    if host != "youtube.com" or not steps:
        return None
    if steps[0].startswith("@"):
        return Publisher(host, account=steps[0].lower())
    if steps[0] in ("channel", "c", "user"):
        return Publisher(host, account="/".join(steps[:2])) if len(steps) > 1 else None
    return Publisher(host, account=None) if steps[0] in ("watch", "shorts", "live", "post", "playlist") else None


def _instagram(parts: SplitResult, steps: tuple[str, ...]) -> Publisher | None:
    """instagram.com/<account>/...; a bare /p/<code>/ or /reel/<code>/ tells no account."""
    if _host(parts) != "instagram.com" or not steps:
        return None
    account = None if steps[0] in ("p", "reel", "tv") else steps[0].lower()
    return Publisher("instagram.com", account=account)


def _kakao(parts: SplitResult, steps: tuple[str, ...]) -> Publisher | None:
    """pf.kakao.com/<channel>/<post>; other Kakao hosts (blogs, stories) by their first step too."""
    host = _host(parts)
    if host != "kakao.com" and not host.endswith(".kakao.com"):
        return None
    return Publisher(host, account=steps[0]) if steps else None


_Platform = Callable[[SplitResult, tuple[str, ...]], Publisher | None]
_PLATFORMS: Mapping[str, _Platform] = {
    "naver-blog": _naver_blog,
    "website": _website,
    "youtube": _youtube,
    "instagram": _instagram,
    "kakao": _kakao,
    "other": _website,
}
