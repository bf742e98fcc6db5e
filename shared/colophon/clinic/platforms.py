"""The platforms that clinics publish on, and how the address of a post shows whose channel it belongs to.

To add a platform, write its URL rule and its entry in ``PLATFORMS``, then its words in every language:
``channel_kinds`` in ``language/words/<lang>.yaml`` and ``platforms`` in ``notices/<lang>.yaml``.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote

from msgspec import Struct

from colophon.problem import Misconfigured
from colophon.upload.values import https_url_error, split_url


class Publisher(Struct, frozen=True):
    """The owner of everything on ``host`` below ``path``.

    ``account`` is None where the address does not say whose it is. ``query`` holds parameters that every address of
    the owner carries.
    """

    host: str
    path: tuple[str, ...] = ()
    account: str | None = ""
    query: frozenset[tuple[str, str]] = frozenset()

    def covers(self, other: "Publisher") -> bool:
        """Whether ``other`` publishes as this one, as far as addresses show."""
        return (
            self.host == other.host
            and self.path == other.path[: len(self.path)]
            and (other.account is None or self.account == other.account)
            and self.query <= other.query
        )


# From an address, and its path in decoded segments, to its publisher. None: the address is not on the platform.
UrlRule: TypeAlias = Callable[[SplitResult, tuple[str, ...]], Publisher | None]
# From the same to the usual address of a post. None: the address is not on the platform, or names no single post.
PostRule: TypeAlias = Callable[[SplitResult, tuple[str, ...]], str | None]


class Platform(Struct, frozen=True):
    """A place where clinics publish.

    ``kind`` names it in clinic.yaml and in the language files, ``name`` and ``example`` (the address of a channel) in
    messages. Posts on a blog are ``BlogPosting``s to search engines, other posts are ``Article``s. ``find_post`` is for
    a platform whose posts have several addresses, on ``post_hosts``.
    """

    kind: str
    name: str
    example: str
    parse_url: UrlRule
    is_blog: bool = False
    find_post: PostRule | None = None
    post_hosts: tuple[str, ...] = ()


def platform_for(kind: str) -> Platform:
    """The platform of ``kind``. Raises Misconfigured if there is none: readers of uploads accept no other kind."""
    try:
        return _PLATFORM_BY_KIND[kind]
    except KeyError:
        raise Misconfigured(f"There is no platform of the kind “{kind}”.") from None


@lru_cache(maxsize=1024)
def find_channel_publisher(kind: str, url: str) -> Publisher | None:
    """The publisher whose channel of ``kind`` is at ``url``, or None. The address of a channel names its account."""
    found = find_publisher(kind, url)
    return found if found and found.account is not None else None


def find_publisher(kind: str, url: str) -> Publisher | None:
    """The publisher of ``url`` on the platform of ``kind``, or None. The account may be unknown (a single video)."""
    platform = platform_for(kind)
    parts = None if https_url_error(url) else split_url(url)
    if parts is None:
        return None
    segments = tuple(unquote(step) for step in parts.path.split("/") if step)
    if any(step in (".", "..") or "/" in step for step in segments):
        return None
    return platform.parse_url(parts, segments)


def normalize_host(parts: SplitResult) -> str:
    """The host of an address without ``www.``, and with its port unless that is the usual one."""
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    return host if parts.port in (None, 443) else f"{host}:{parts.port}"


def _parse_website(parts: SplitResult, segments: tuple[str, ...]) -> Publisher:
    query = frozenset((name, value) for name, values in parse_qs(parts.query).items() for value in values)
    return Publisher(normalize_host(parts), segments, query=query)


def _parse_naver_blog(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """blog.naver.com/<id>/..., also on the mobile host, or PostView.naver?blogId=<id> (PostView.nhn before 2021)."""
    if normalize_host(parts) not in ("blog.naver.com", "m.blog.naver.com") or not segments:
        return None
    blog = segments[0]
    if blog.lower().endswith((".naver", ".nhn")):
        blog_ids = parse_qs(parts.query).get("blogId", [])
        blog = blog_ids[0] if len(blog_ids) == 1 else ""
    return Publisher("blog.naver.com", account=blog.lower()) if blog else None


def _find_naver_post(parts: SplitResult, segments: tuple[str, ...]) -> str | None:
    """blog.naver.com/<id>/<number>; also with the number, and the blog's id, in the query."""
    blog = _parse_naver_blog(parts, segments)
    numbers = segments[1:] if len(segments) == 2 and segments[1].isdecimal() else parse_qs(parts.query).get("logNo", ())
    return f"https://{blog.host}/{blog.account}/{numbers[0]}" if blog and len(numbers) == 1 else None


def _find_video(parts: SplitResult, segments: tuple[str, ...]) -> str | None:
    """youtube.com/watch?v=<id>; also youtu.be/<id>, and /shorts/<id> or /live/<id>."""
    host = normalize_host(parts).removeprefix("m.")
    videos: Sequence[str] = ()
    if host == "youtu.be":
        videos = segments
    elif host == "youtube.com" and segments[:1] == ("watch",):
        videos = parse_qs(parts.query).get("v", ())
    elif host == "youtube.com" and segments[:1] in (("shorts",), ("live",)):
        videos = segments[1:]
    return f"https://youtube.com/watch?v={videos[0]}" if len(videos) == 1 else None


def _parse_youtube(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """youtube.com/@handle, /channel/<id>, /c/<name>, /user/<name>; the address of a video names no channel."""
    host = normalize_host(parts).removeprefix("m.")
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
    """instagram.com/<account>/...; /p/<code>/ or /reel/<code>/ alone names no account."""
    if normalize_host(parts) != "instagram.com" or not segments:
        return None
    account = None if segments[0] in ("p", "reel", "tv") else segments[0].lower()
    return Publisher("instagram.com", account=account)


def _parse_kakao(parts: SplitResult, segments: tuple[str, ...]) -> Publisher | None:
    """pf.kakao.com/<channel>/<post>; on other Kakao hosts (blogs, stories) the first step is the account too."""
    host = normalize_host(parts)
    if host != "kakao.com" and not host.endswith(".kakao.com"):
        return None
    return Publisher(host, account=segments[0]) if segments else None


# In the order in which help, schema and messages list them.
PLATFORMS = (
    Platform(
        "naver-blog",
        "Naver Blog",
        "https://blog.naver.com/clinic",
        _parse_naver_blog,
        is_blog=True,
        find_post=_find_naver_post,
        post_hosts=("blog.naver.com", "m.blog.naver.com"),
    ),
    Platform("website", "a website", "https://clinic.example/news", _parse_website),
    Platform(
        "youtube",
        "YouTube",
        "https://www.youtube.com/@clinic",
        _parse_youtube,
        find_post=_find_video,
        post_hosts=("youtube.com", "m.youtube.com", "youtu.be"),
    ),
    Platform("instagram", "Instagram", "https://www.instagram.com/clinic", _parse_instagram),
    Platform("kakao", "KakaoTalk Channel", "https://pf.kakao.com/_clinic", _parse_kakao),
    Platform("other", "any other place", "https://clinic.example/notes", _parse_website),
)
_PLATFORM_BY_KIND = {platform.kind: platform for platform in PLATFORMS}
POST_RULES = {host: platform.find_post for platform in PLATFORMS if platform.find_post for host in platform.post_hosts}
