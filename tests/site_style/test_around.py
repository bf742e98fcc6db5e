"""What contains a notice on the pages themselves is known by any of its names: none of them may be hidden."""

from html.parser import HTMLParser

import pytest

from colophon.site_style.selectors import NOTICE_CLASSES
from tests.golden.making import GOLDEN
from tests.site_style.test_read import problems_of

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


class _Ancestors(HTMLParser):
    """Collects a selector for the element, each class, the id and each attribute of what contains a notice."""

    def __init__(self) -> None:
        super().__init__()
        self.selectors: set[str] = set()
        self._open: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        # What a search finds is in a template: it stands on the page when a reader asks for it.
        is_shown = all(name != "template" for name, _ in self._open)
        if is_shown and set((attributes.get("class") or "").split()) & set(NOTICE_CLASSES):
            for name, around in self._open:
                self.selectors |= {name, *(f"[{each}]" for each in around)}
                self.selectors |= {f".{each}" for each in (around.get("class") or "").split()}
                self.selectors |= {f"#{around['id']}"} if around.get("id") else set()
        if tag not in _VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass


def _selectors_on_pages() -> list[str]:
    found = _Ancestors()
    for page in sorted((GOLDEN / "en").rglob("*.html")):
        found.feed(page.read_text("utf-8"))
    return sorted(found.selectors)


@pytest.mark.parametrize("selector", _selectors_on_pages())
def test_what_contains_a_notice_can_not_be_hidden_by_any_of_its_names(selector: str) -> None:
    assert problems_of(f"{selector} {{ display: none }}") != []
    assert problems_of(f"{selector} {{ border-radius: 0 }}") == []


def test_pages_have_such_elements() -> None:
    assert {"main", "#main", ".entry", ".post-body", ".listing", "[lang]"} <= set(_selectors_on_pages())
