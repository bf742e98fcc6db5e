"""Words for screen readers on what the text has as signs: ways back from footnotes, and tasks."""

import re

from markupsafe import escape

from colophon.language.words import Words

# Of several ways back from one footnote all but the first end with their number, which their text shows too.
_BACK_LINK = re.compile(r'(<a href="#fnref-[0-9]+(?:-([0-9]+))?" role="doc-backlink")')
_FOOTNOTES = '<section class="footnotes">'


def label_elements(html: str, words: Words) -> str:
    """``html``, which an edition has sanitized, with words on footnotes and the signs of tasks."""
    # Searching for one character is many times faster than for more.
    if "#" in html and '<a href="#' in html:
        back = escape(words.back_to_text)
        html = _BACK_LINK.sub(lambda link: f'{link[1]} aria-label="{back}{" " + link[2] if link[2] else ""}"', html)
        html = html.replace(
            _FOOTNOTES, f'<section class="footnotes" role="doc-endnotes" aria-label="{escape(words.footnotes)}">'
        )
    if ("☑" in html or "☐" in html) and "<span " in html:
        for state, label in (("done", words.task_done), ("open", words.task_open)):
            sign = f'<span class="{state}"'
            html = html.replace(f"{sign}>", f'{sign} role="img" aria-label="{escape(label)}">')
    return html
