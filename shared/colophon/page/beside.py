"""The original beside its translation: under each block its counterpart, which the style sheet shows on demand.

A reader opens it by the address ``#compare``, or by ``#p7-ko``, which leads to the counterpart of the block ``p7``. It
is in the page of the translation, so that one withdrawal, one purge and one proof cover both. Until it is opened it is
``hidden``: not read aloud, not printed, and left out by the reading views of browsers.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter

from markupsafe import escape
from msgspec import Struct

from colophon.edition.model import Edition, Figure
from colophon.edition.numbers import block_id, number_blocks
from colophon.fidelity.outline import TextBlock, read_outline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.parts import Pair
from colophon.language.words import words_for
from colophon.page.labels import label_elements
from colophon.page.paths import page_path
from colophon.page.places import ELEMENT, ITEM_END, WARNING_END, Place, find_places
from colophon.upload.keys import PageRef
from colophon.views import PostView

_CONTAINER = re.compile(r"<(/?)(?:ul|ol|blockquote|table|div|section)(?=[ >])[^>]*>")
_CELL = re.compile(r'<t[hd](?: scope="col")?([^>]*)>(.*?)</t[hd]>', re.DOTALL)
_FOOTNOTE = re.compile(r' id="(fn-\d+)"')
_FOOTNOTE_LINK = re.compile(
    r'<a href="#(?P<target>[^"]+)"(?: id="(?P<mark>[^"]+)")?(?P<rest>[^>]*)>(?P<text>[^<]*)</a>'
)


class _Counterpart(Struct, frozen=True):
    """A block of the original: the tag of its element, and the HTML in it.

    A figure's is its caption, as the translation shows the image; ``alone`` names the image where it does not.
    """

    tag: str
    html: str
    alone: str = ""

    def render(self, *, alone: bool = False) -> str:
        """The block outside of a table. A heading is none: the headings of the page are those of the translation."""
        html = self.alone if alone and self.alone else self.html
        if self.tag == "pre":
            return f"<pre>{html}</pre>"
        if self.tag == "tr":
            html = " · ".join(cell for _, cell in _CELL.findall(html))
        return f"<p><strong>{html}</strong></p>" if self.tag.startswith("h") else f"<p>{html}</p>"

    def render_cells(self, columns: int) -> str:
        """The cells of a row in a table of ``columns``; empty if the block is no such row."""
        cells = _CELL.findall(self.html) if self.tag == "tr" else []
        return "".join(f"<td{classes}>{cell}</td>" for classes, cell in cells) if len(cells) == columns else ""


def add_originals(body: str, view: PostView) -> str:
    """``body``, a translation's, with the blocks of its original and links to them, if its page shows them."""
    return body if view.beside is None else _Writer(body, view, view.beside).write()


class _Writer:
    def __init__(self, body: str, view: PostView, original: Edition) -> None:
        self._body, self._page_lang, self._lang = body, view.page.lang, original.lang
        self._words = words_for(view.page.lang)
        self._pairs = _pair(original, view)
        self._originals = dict(_read_originals(original, view))
        self._places = {0: Place("", 0, 0, 0), **dict(find_places(body))}
        self._containers = list(_find_containers(body))
        self._insertions: list[tuple[int, str]] = []

    def write(self) -> str:
        last = 0
        for pair in self._pairs:
            there, here = _numbers(pair.there), _numbers(pair.here)
            last = here[-1] if here else last
            if there and here:
                self._add_counterparts(there, here)
            elif there:
                self._add_alone(there, last, follows=pair.there[0].kind in ("item", "row"))
            elif here:
                place = self._places[last]
                self._add(place.end, self._note(self._words.none_in_original), self._columns(place))
        parts, at = [], 0
        for place_at, html in sorted(self._insertions, key=lambda insertion: insertion[0]):
            parts += [self._body[at:place_at], html]
            at = place_at
        return "".join([*parts, self._body[at:]])

    def _add_counterparts(self, there: Sequence[int], here: Sequence[int]) -> None:
        """Under the last of ``here``. A link at the end of each leads there."""
        blocks = [block for number in there if (block := self._originals[number]).html]
        if not blocks:
            return
        ids = [f"{block_id(number)}-{self._lang}" for number in here]
        for number, target in zip(here, ids, strict=True):
            self._add_link(self._places[number], target)
        place = self._places[here[-1]]
        columns = self._columns(place)
        inner = blocks[0].render_cells(columns) if columns and len(blocks) == 1 else ""
        # A paragraph that holds what are two in the translation has the address of each.
        more = "".join(f'<span id="{target}"></span>' for target in ids[1:])
        inner = inner or more + "".join(block.render() for block in blocks)
        self._add(place.end, inner, columns, f' lang="{self._lang}" id="{ids[0]}"')

    def _add_alone(self, there: Sequence[int], last: int, *, follows: bool) -> None:
        """After the block ``last``, but not in a list or table that ends there, unless it ``follows`` in it."""
        place, following = self._places[last], self._places.get(last + 1)
        at = self._end_of_container(place.end)
        if follows or (following and following.start < at):
            at = place.end
        inner = self._note(self._words.none_in_translation)
        inner += "".join(self._originals[number].render(alone=True) for number in there)
        self._add(at, inner, self._columns(place) if at == place.end else 0, f' lang="{self._lang}"')

    def _end_of_container(self, at: int) -> int:
        """The end of what ``at`` is in; ``at`` itself if that is the text."""
        index = bisect_right(self._containers, at, key=itemgetter(0)) - 1
        return max(at, self._containers[index][1]) if index >= 0 else at

    def _add(self, at: int, inner: str, columns: int, attributes: str = "") -> None:
        """``columns`` are those of the table that it stands in, 0 outside of tables."""
        quoted = ' role="blockquote"' if attributes else ""
        if columns:
            inner = inner if inner.startswith("<td") else f'<td colspan="{columns}">{inner}</td>'
            html = f'<tr class="original"{attributes} hidden>{inner}</tr>'
        else:
            html = f'<div class="original"{quoted}{attributes} data-nosnippet hidden>{inner}</div>'
        self._insertions.append((at, f"\n{html}"))

    def _add_link(self, place: Place, target: str) -> None:
        """Without text, so that copies of the translation do not hold it; not in headings, which are often listed."""
        is_warning = place.tag == "p" and self._body.startswith(WARNING_END, place.end - len(WARNING_END))
        if place.tag in ("p", "li") and not is_warning:
            label = escape(self._words.original_of_block)
            link = f'<a class="to-original" href="#{target}" hreflang="{self._lang}" aria-label="{label}"></a>'
            self._insertions.append((place.content_end, link))

    def _note(self, words: str) -> str:
        return f'<p class="none" lang="{self._page_lang}">{escape(words)}</p>'

    def _columns(self, place: Place) -> int:
        return len(_CELL.findall(self._body, place.start, place.end)) if place.tag == "tr" else 0


def _numbers(blocks: Iterable[TextBlock]) -> list[int]:
    """The title and the excerpt, which have none, are above the text in both languages."""
    return [block.number for block in blocks if block.number]


def _pair(original: Edition, view: PostView) -> list[Pair]:
    """The pairs of blocks. Blocks of the original without a counterpart that follow each other are in one."""
    pairs: list[Pair] = []
    for pair in view.comparison.pairs or pair_blocks(read_outline(original), read_outline(view.edition)):
        if pairs and not (pair.here or pairs[-1].here):
            pairs[-1] = Pair((*pairs[-1].there, *pair.there), ())
        else:
            pairs.append(pair)
    return pairs


def _read_originals(original: Edition, view: PostView) -> Iterator[tuple[int, _Counterpart]]:
    """The blocks of ``original`` by number, as its own page renders them."""
    numbered = zip(original.blocks, number_blocks(original.blocks), strict=True)
    html = "\n".join(f'<figure id="{text}">' if isinstance(block, Figure) else text for block, text in numbered)
    parts = ELEMENT.split(label_elements(html, words_for(original.lang)))
    figures = iter(original.figures)
    footnotes = _find_footnotes(parts)
    for at in range(1, len(parts), 4):
        tag, number = parts[at], parts[at + 1]
        if tag == "figure":
            yield int(number), _describe_figure(next(figures), int(number), original, view)
        elif number:
            content = _own_content(parts, at)
            if '<a href="#' in content:
                content = _rename_footnotes(content, footnotes.values(), original.lang)
            anchor = f'<span id="{footnotes[at]}-{original.lang}"></span>' if at in footnotes else ""
            yield int(number), _Counterpart(tag, anchor + content)


def _find_footnotes(parts: Sequence[str]) -> dict[int, str]:
    """The ids of footnotes, by the place in ``parts`` of their first block. One without text has none."""
    found: dict[int, str] = {}
    footnote = ""
    for at in range(1, len(parts), 4):
        if match := _FOOTNOTE.match(parts[at + 2]):
            footnote = match[1]
        if footnote and parts[at + 1]:
            found[at] = footnote
            footnote = ""
    return found


def _own_content(parts: Sequence[str], at: int) -> str:
    """What is in the element that begins at ``at``. The text of an item may go around figures."""
    tag, content = parts[at], parts[at + 3]
    if tag != "li":
        return content.partition(f"</{tag}>")[0]
    texts: list[str] = []
    while not (end := ITEM_END.search(content)) and at + 4 < len(parts) and parts[at + 4] == "figure":
        texts.append(content.strip())
        at += 4
        content = parts[at + 3]
    return "\n".join([*texts, content[: end.start()].strip() if end else content.strip()]).strip()


def _rename_footnotes(html: str, footnotes: Collection[str], lang: str) -> str:
    """``html`` with other ids than those of the translation's footnotes, and without links to those that are not there.

    They end with the original's language.
    """

    def rename(link: re.Match[str]) -> str:
        target, mark, rest = link["target"], link["mark"], link["rest"]
        if target.startswith("fn-") and target not in footnotes:
            return link["text"]
        named = f' id="{mark}-{lang}"' if mark else ""
        return f'<a href="#{target}-{lang}"{named}{rest}>{link["text"]}</a>'

    return _FOOTNOTE_LINK.sub(rename, html)


def _describe_figure(figure: Figure, number: int, original: Edition, view: PostView) -> _Counterpart:
    label = f"<strong>{escape(words_for(original.lang).figure.format(number=figure.number))}</strong>"
    path = page_path(PageRef(view.page.post, original.lang))
    caption = escape(figure.caption)
    named = f'<a href="{path}#{block_id(number)}">{label}</a> {caption}'
    return _Counterpart("figure", f"{label} {caption}" if caption else "", named)


def _find_containers(body: str) -> Iterator[tuple[int, int]]:
    """Where each list, quote and table begins and ends that is in no other."""
    depth = begin = 0
    for found in _CONTAINER.finditer(body):
        begin = begin if depth else found.start()
        depth += -1 if found[1] else 1
        if not depth:
            yield begin, found.end()
