"""What a program found between a translation and its original: marks in the text for readers, and data for machines."""

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from colophon.fidelity.comparison import Comparison
from colophon.fidelity.discrepancy import NOT_CHECKED, Discrepancy
from colophon.fidelity.grades import load_measured
from colophon.language.words import Words, words_for
from colophon.page.places import find_places
from colophon.page.template import to_script_json
from colophon.views import PostView

_MAX_QUOTED = 80
_CELL = re.compile("<t[hd][ >]")


def add_marks(body: str, view: PostView) -> str:
    """``body`` with a mark after each block in which something differs, or the note of the editor in its place.

    Like a notice a mark is a text, so that it is read aloud and printed, and the site's own style can't hide it. What
    differs in the title or before the first block is marked above the text.
    """
    if not view.comparison.discrepancies:
        return body
    marks, places = _list_marks(view), dict(find_places(body))
    for block in sorted(marks, reverse=True):
        at = places[block].end if block in places else 0
        mark = "".join(marks[block])
        if body.endswith("</tr>", 0, at):
            # In a row of its own: the last cell of a wide table is out of sight on a phone.
            columns = len(_CELL.findall(body, body.rindex("<tr", 0, at), at))
            mark = f'\n<tr class="marked"><td colspan="{columns}">{mark}</td></tr>'
        body = f"{body[:at]}{mark}{body[at:]}"
    return body


def _list_marks(view: PostView) -> dict[int, list[str]]:
    comparison, words = view.comparison, words_for(view.page.lang)
    marks: dict[int, list[str]] = {}
    for block, note in comparison.shown_notes.items():
        marks.setdefault(block, []).append(_render_mark(words.difference_note, escape(note)))
    for each in comparison.marked:
        is_above = each.block == 0 and each.here
        label = words.difference_title if is_above else words.difference
        marks.setdefault(each.block, []).append(_render_mark(label, _describe(each, words, view)))
    return marks


def _render_mark(label: str, text: Markup) -> str:
    return f'\n<p class="notice difference" role="note"><strong>{escape(label)}</strong> {text}</p>'


def _describe(discrepancy: Discrepancy, words: Words, view: PostView) -> Markup:
    there, here = _shorten(discrepancy.there), escape(_shorten(discrepancy.here))
    original = view.original_edition
    quoted = Markup('<span lang="{}">{}</span>').format(original.lang, there) if original else escape(there)
    if discrepancy.kind in ("untranslated", "order"):
        pattern = words.difference_order if discrepancy.kind == "order" else words.difference_untranslated
    elif discrepancy.there and discrepancy.here:
        pattern = words.difference_values
    else:
        pattern = words.difference_missing if discrepancy.there else words.difference_added
    return escape(pattern).format(there=quoted, here=here)


def _shorten(text: str) -> str:
    short = " ".join(text.split())
    return f"{short[: _MAX_QUOTED - 1]}…" if len(short) > _MAX_QUOTED else short


def describe_differences(comparison: Comparison) -> Markup:
    """What is marked, as JSON for the head of the page; empty if nothing is.

    ``recall`` is the share of seeded errors of the kind that was found when that was measured, ``falseAlarms`` a number
    per 100 correct blocks, ``set`` the digest of the texts. ``notChecked`` is what no check sees.
    """
    if not comparison.marked:
        return Markup()
    checks = list(_describe_checks(comparison.marked_kinds))
    return to_script_json({"checks": checks, "notChecked": list(NOT_CHECKED), "set": load_measured().set})


def _describe_checks(counts: Mapping[str, int]) -> Iterator[dict[str, object]]:
    for kind, count in sorted(counts.items()):
        measured = load_measured().kinds.get(kind)
        rates = {"falseAlarms": measured.false_alarms, "recall": measured.recall} if measured else {}
        yield {"found": count, "kind": kind, **rates}
