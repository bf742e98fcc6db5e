"""Answers of the preview to a browser: those of the edge (infra/cdn.yaml), and what the preview adds.

The edge's functions are JavaScript that only the emulator can run. A test compares these answers with theirs.
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_plus

from msgspec import Struct, field

from colophon.page.objects import (
    ATOM_TYPE,
    HTML_TYPE,
    JSON_FEED_TYPE,
    JSON_TYPE,
    SCRIPT_TYPE,
    STYLE_TYPE,
    TEXT_TYPE,
    XML_TYPE,
)
from colophon.page.paths import FRONT_KEY, NOT_FOUND_KEY
from colophon_ops.preview.drafts import Draft
from colophon_ops.preview.pages import (
    PROBLEMS_PATH,
    SCRIPT,
    SCRIPT_PATH,
    STYLE,
    STYLE_PATH,
    add_to_page,
    line_about,
    line_about_schedule,
    render_draft,
    render_problems,
)
from colophon_ops.preview.preview_build import PreviewSite

# As the edge sends it: it allows scripts, styles and connections of the same address, which is all that is added.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOLDER = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9-]*)*")
_INDEX = "/index.html"
_TYPES = {
    ".html": HTML_TYPE,
    ".css": STYLE_TYPE,
    ".js": SCRIPT_TYPE,
    ".json": JSON_TYPE,
    ".xml": XML_TYPE,
    ".txt": TEXT_TYPE,
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
_FEED_TYPES = {"feed.xml": ATOM_TYPE, "feed.json": JSON_FEED_TYPE}


class Response(Struct, frozen=True):
    """An answer; header names are in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def respond(
    method: str, target: str, site: PreviewSite, root: Path, render_scheduled: Callable[[Draft], bytes | None]
) -> Response:
    """The answer to a request for ``target``, a path with its query, from ``site``, built of the inbox ``root``."""
    if method not in ("GET", "HEAD"):
        return _finish(403, b"This site can only be read.\n", TEXT_TYPE)
    path, _, query = target.partition("?")
    if (own := _respond_for_preview(path, site, root)) is not None:
        return own
    folder = path.removesuffix(_INDEX)
    if not path.endswith("/") and _FOLDER.fullmatch(folder):
        return _finish(301, b"", TEXT_TYPE, {"location": f"{folder}/{f'?{query}' if query else ''}"})
    return _respond_with_file(f"{path}index.html" if path.endswith("/") else path, site, root, render_scheduled)


def _respond_for_preview(path: str, site: PreviewSite, root: Path) -> Response | None:
    if path == SCRIPT_PATH:
        return _finish(200, SCRIPT.encode(), SCRIPT_TYPE)
    if path == STYLE_PATH:
        return _finish(200, STYLE.encode(), STYLE_TYPE)
    # Without valid settings there is no site at all.
    if path == PROBLEMS_PATH or FRONT_KEY not in site.written:
        return _finish(200 if path == PROBLEMS_PATH else 404, render_problems(site.drafts, root), HTML_TYPE)
    return None


def _respond_with_file(
    uri: str, site: PreviewSite, root: Path, render_scheduled: Callable[[Draft], bytes | None]
) -> Response:
    key = unquote_plus(uri.removeprefix("/"))
    drafts = [draft for draft in site.drafts if draft.path and f"{draft.path}index.html" == f"/{key}"]
    settings = [draft for draft in site.drafts if draft.key.startswith("site.")]
    if key in site.written:
        return _respond_with_object(key, site, line_about([*settings, *drafts]))
    for draft in drafts:
        page = render_scheduled(draft) if draft.state == "scheduled" else None
        if page:
            return _finish(404, add_to_page(page, line_about_schedule(draft)), HTML_TYPE)
        return _finish(404, render_draft(draft, root), HTML_TYPE)
    if NOT_FOUND_KEY in site.written:
        return _respond_with_object(NOT_FOUND_KEY, site, line_about(settings), 404)
    return _finish(404, b"There is nothing here.\n", TEXT_TYPE)


def _respond_with_object(key: str, site: PreviewSite, line: str, status: int = 200) -> Response:
    try:
        content = (site.folder / key).read_bytes()
    except OSError:
        # It was just removed: the browser asks again when the build is done.
        return _finish(503, b"The site is being built. Try again.\n", TEXT_TYPE)
    answer = site.written[key].answer or {}
    status = int(answer.get("status", status))
    headers = {name: answer[name] for name in ("location", "link") if name in answer}
    content_type = content_type_of(key)
    return _finish(status, add_to_page(content, line) if content_type == HTML_TYPE else content, content_type, headers)


def content_type_of(key: str) -> str:
    """The content type of the site's file ``key``."""
    name = PurePosixPath(key)
    return _FEED_TYPES.get(name.name) or _TYPES.get(name.suffix, "application/octet-stream")


def _finish(status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status,
        body,
        {
            "content-type": content_type,
            # Each reload shows what is there.
            "cache-control": "no-store",
            "content-security-policy": CONTENT_SECURITY_POLICY,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            **(headers or {}),
        },
    )


def reason_of(status: int) -> str:
    return HTTPStatus(status).phrase
