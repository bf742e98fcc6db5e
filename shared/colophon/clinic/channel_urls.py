"""Who publishes at an address, platform by platform. A new platform is one function and one line of the table."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, unquote

from msgspec import Struct

from colophon.upload.values import https_url_error, split_url


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
def find_channel_publisher(kind: str, url: str) -> Publisher | None:
    """Who publishes at ``url`` if it is on a platform of ``kind``, or None. As a channel's own it names an account."""
    found = find_publisher(kind, url)
    return found if found and found.account is not None else None


def find_publisher(kind: str, url: str) -> Publisher | None:
    """Who publishes at ``url`` if it is on a platform of ``kind``; the account may be untold (a bare video)."""
    parts = None if https_url_error(url) else split_url(url)
    if parts is None:
        return None
    segments = tuple(unquote(step) for step in parts.path.split("/") if step)
    if any(step in (".", "..") or "/" in step for step in segments):
        return None
    return _PLATFORMS.get(kind, _parse_website)(parts, segments)


def _normalize_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    return host if parts.port in (None, 443) else f"{host}:{parts.port}"


def _parse_website(parts: SplitResult, segments: tuple[str, ...]) -> Publisher:
    query = frozenset((name, value) for name, values in parse_qs(parts.query).items() for value in values)
    return Publisher(_normalize_host(parts), segments, query=query)


def _parse_naver_blog(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """blog.naver.com/<id>/..., the mobile host alike, or PostView.naver?blogId=<id> (PostView.nhn before 2021)."""
    if _normalize_host(parts) not in ("blog.naver.com", "m.blog.naver.com") or not segments:
        return None
    blog = segments[0]
    if blog.lower().endswith((".naver", ".nhn")):
        blog_ids = parse_qs(parts.query).get("blogId", [])
        blog = blog_ids[0] if len(blog_ids) == 1 else ""
    return Publisher("blog.naver.com", account=blog.lower()) if blog else None


def _parse_youtube(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """youtube.com/@handle, /channel/<id>, /c/<name>, /user/<name>; a video's address tells no channel."""
    host = _normalize_host(parts).removeprefix("m.")
    if host == "youtu.be" and segments:
        return Publisher("youtube.com", account=None)
    if host != "youtube.com" or not segments:
        return None
    if segments[0].startswith("@"):
        return Publisher(host, account=segments[0].lower())
    if segments[0] in ("channel", "c", "user"):
        return Publisher(host, account="/".join(segments[:2])) if len(segments) > 1 else None
    return Publisher(host, account=None) if segments[0] in ("watch", "shorts", "live", "post", "playlist") else None


def _parse_instagram(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """instagram.com/<account>/...; a bare /p/<code>/ or /reel/<code>/ tells no account."""
    if _normalize_host(parts) != "instagram.com" or not segments:
        return None
    account = None if segments[0] in ("p", "reel", "tv") else segments[0].lower()
    return Publisher("instagram.com", account=account)


def _parse_kakao(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """pf.kakao.com/<channel>/<post>; other Kakao hosts (blogs, stories) by their first step too."""
    host = _normalize_host(parts)
    if host != "kakao.com" and not host.endswith(".kakao.com"):
        return None
    return Publisher(host, account=segments[0]) if segments else None


_UrlParser = Callable[[SplitResult, tuple[str, ...]], Publisher | None]
_PLATFORMS: Mapping[str, _UrlParser] = {
    "naver-blog": _parse_naver_blog,
    "website": _parse_website,
    "youtube": _parse_youtube,
    "instagram": _parse_instagram,
    "kakao": _parse_kakao,
    "other": _parse_website,
}
