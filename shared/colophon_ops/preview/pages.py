"""What the preview adds to the site: a list of problems, a page for each draft, a line on pages, and the reload.

None of it is in the files of the site. Text in it is escaped.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from colophon.upload.file_names import escape_name
from colophon_ops.preview.drafts import Draft

# No language and no clinic has such a name.
PREFIX = "/_preview/"
PROBLEMS_PATH = f"{PREFIX}problems/"
EVENTS_PATH = f"{PREFIX}events"
SCRIPT_PATH = f"{PREFIX}reload.js"
STYLE_PATH = f"{PREFIX}preview.css"

# The browser connects again by itself when the preview was restarted (HTML, "Server-sent events"): the version differs.
SCRIPT = f"""\
const events = new EventSource('{EVENTS_PATH}');
let shown;
events.onmessage = (event) => {{
  if (shown !== undefined && event.data !== shown) {{
    location.reload();
  }}
  shown = event.data;
}};
"""
STYLE = """\
.colophon-preview { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: .5rem 1rem;
  color: #1a1a1a; background: #ffe9a8; border-bottom: 2px solid #8a6100; }
.colophon-preview a { color: #1a1a1a; }
.colophon-problems { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem;
  color: #1a1a1a; background: #fff; overflow-wrap: anywhere; }
.colophon-problems h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.colophon-problems li { margin: 0 0 1rem; }
.colophon-problems code { font-family: ui-monospace, monospace; }
.colophon-problems .fix { font-weight: 600; }
@media (prefers-color-scheme: dark) {
  .colophon-problems { color: #eee; background: #111; }
  .colophon-problems a { color: #9cf; }
}
"""
_HEAD = f'<link rel="stylesheet" href="{STYLE_PATH}"><script src="{SCRIPT_PATH}" defer></script>'
_STATES = {
    "refused": "This upload is refused.",
    "waiting": "This upload waits. Readers do not see it yet.",
    "scheduled": "This upload is scheduled. Readers do not see it yet.",
}


def add_to_page(page: bytes, line: str = "") -> bytes:
    """``page`` with the reload, and with ``line``, which is HTML, above everything else."""
    head, found, rest = page.partition(b"</head>")
    if not found:
        return page
    start, body, content = rest.partition(b"<body")
    attributes, end, content = content.partition(b">")
    banner = f'<p class="colophon-preview" role="status" lang="en" dir="ltr">{line}</p>' if line and body else ""
    return b"".join((head, _HEAD.encode(), found, start, body, attributes, end, banner.encode(), content))


def line_about(drafts: Sequence[Draft]) -> str:
    """The line on a page whose uploads have problems, as HTML; empty if there is none."""
    count = sum(len(draft.problems) for draft in drafts)
    if not count:
        return ""
    text = "1 problem" if count == 1 else f"{count} problems"
    return f'Preview: <a href="{PROBLEMS_PATH}#{_anchor(drafts[0].key)}">{text}</a>'


def line_about_schedule(draft: Draft) -> str:
    """The line on a page that readers get later."""
    reasons = " ".join(escape(problem.what) for problem in draft.problems)
    return f"Preview: readers do not see this page yet. {reasons}"


def render_draft(draft: Draft, root: Path) -> bytes:
    """The page at the address of ``draft``, which readers do not see."""
    return _render("This page can't be shown yet", [draft], root, with_link=True)


def render_problems(drafts: Sequence[Draft], root: Path) -> bytes:
    """The list of the problems of all uploads."""
    return _render("Problems of the uploads" if drafts else "No upload has a problem", drafts, root)


def _render(title: str, drafts: Iterable[Draft], root: Path, *, with_link: bool = False) -> bytes:
    sections = "".join(_render_section(draft, root) for draft in drafts)
    link = f'<p><a href="{PROBLEMS_PATH}">All problems</a></p>' if with_link else '<p><a href="/">The site</a></p>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · colophon preview</title>"
        f'<meta name="viewport" content="width=device-width">{_HEAD}</head>'
        f'<body><main class="colophon-problems"><h1>{escape(title)}</h1>{sections}{link}</main></body></html>\n'
    ).encode()


def _render_section(draft: Draft, root: Path) -> str:
    name = escape(escape_name(draft.key))
    heading = f'<a href="{escape(draft.path)}">{name}</a>' if draft.path else name
    problems = "".join(
        f"<li><code>{escape(escape_name(str(root / draft.key)))}{f':{problem.line}' if problem.line else ''}</code> "
        f"{problem.severity}{f' <code>{escape(problem.field)}</code>' if problem.field else ''}<br>"
        f'{escape(problem.what)}<br><span class="fix">→ {escape(problem.fix)}</span></li>'
        for problem in draft.problems
    )
    state = f"<p>{_STATES[draft.state]}</p>" if draft.state in _STATES else ""
    return f'<section id="{_anchor(draft.key)}"><h2>{heading}</h2>{state}<ul>{problems}</ul></section>'


def _anchor(key: str) -> str:
    return quote(escape_name(key), safe="")
