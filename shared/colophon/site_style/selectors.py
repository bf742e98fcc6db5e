"""Classifies selectors: do they match a notice, an element around notices, or neither?

Notices here include the label above the title and the source warnings.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from colophon.page.paths import OWN_IDS
from colophon.site_style.sheet import Node, children, drop_whitespace, walk

# Matches a notice or something in it; matches an element that contains notices; neither.
Reach: TypeAlias = Literal["notice", "around", ""]

NOTICE_CLASSES = ("notice", "notice-box", "source-warning", "difference")
# A test derives these from every kind of page: the classes, the ids and the attributes of what contains a notice.
_AROUND_CLASSES = frozenset(
    {
        "columns", "entries", "entry", "listing", "listing-header", "narrow", "newest", "post-body", "post-header",
        "sources", "tombstone",
    }
)  # fmt: skip
# Any other id that is not in our templates may be a post's name, which is the id of its entry in listings.
_NOT_AROUND_IDS = OWN_IDS - {"main"}
_AROUND_ATTRIBUTES = frozenset({"aria-labelledby", "class", "dir", "id", "lang", "role"})
_AROUND_TAGS = frozenset({"html", "body", "main", "article", "section", "header", "div", "p", "ol", "ul", "li"})
_GENERATED_ELEMENTS = frozenset({"before", "after", "marker", "selection", "backdrop", "placeholder"})
_DESCENDANT_COMBINATORS, _SIBLING_COMBINATORS = (" ", ">"), ("+", "~")


class Selectors:
    """Classifies the selectors of one sheet. Caches by selector list, because nested rules share their outer lists."""

    def __init__(self) -> None:
        self._cache: dict[int, tuple[Reach, bool]] = {}

    def find_reach(self, selectors: tuple[tuple[Node, ...], ...]) -> Reach:
        """What a rule with ``selectors`` matches; they are the nested selector lists, outermost first."""
        reaches = [self._classify(prelude)[0] for prelude in selectors]
        if "notice" in reaches:
            return "notice"
        free = max((index for index, prelude in enumerate(selectors) if index and _leads_out(prelude)), default=0)
        return "around" if reaches and all(reaches[free:]) else ""

    def is_generated(self, selectors: tuple[tuple[Node, ...], ...]) -> bool:
        """Whether a rule matches only pseudo-elements that the style sheet generates, like ``::before``."""
        return bool(selectors) and self._classify(selectors[-1])[1]

    def _classify(self, prelude: tuple[Node, ...]) -> tuple[Reach, bool]:
        if id(prelude) not in self._cache:
            generated = all(
                _pseudo_element(_split_compounds(tokens)[-1][1]) in _GENERATED_ELEMENTS
                for tokens in _split_list(prelude)
            )
            self._cache[id(prelude)] = _list_reach(prelude), generated
        return self._cache[id(prelude)]


def _leads_out(prelude: tuple[Node, ...]) -> bool:
    """Whether a nested selector list matches more than what is in the element around it.

    It does by a sibling of that element, and by ``&`` anywhere but at the start (CSS Nesting Module Level 1, 3).
    """
    for selector in _split_list(prelude):
        compounds = _split_compounds(selector)
        nested = sum(node == "&" for node, _ in walk(selector))
        at_start = bool(compounds[0][1]) and compounds[0][1][0] == "&"
        if nested > at_start or compounds[0][0] in _SIBLING_COMBINATORS:
            return True
        if at_start and len(compounds) > 1 and compounds[1][0] in _SIBLING_COMBINATORS:
            return True
    return False


def _list_reach(prelude: Iterable[Node]) -> Reach:
    reaches = {_complex_reach(_split_compounds(tokens)) for tokens in _split_list(prelude)}
    return "notice" if "notice" in reaches else "around" if "around" in reaches else ""


def _complex_reach(compounds: "list[tuple[str, list[Node]]]") -> Reach:
    """The last compound is the subject. Those before it match its ancestors, or siblings of what is right of them.

    What contains a sibling contains the subject too.
    """
    is_sibling = False
    for combinator, compound in reversed(compounds):
        if not is_sibling and _is_notice(compound):
            return "notice"
        is_sibling = combinator not in _DESCENDANT_COMBINATORS
    is_sibling = False
    for combinator, compound in reversed(compounds):
        if not is_sibling and not _is_around(compound):
            return ""
        is_sibling = combinator in _SIBLING_COMBINATORS
    return "around"


def _split_list(prelude: Iterable[Node]) -> Iterator[list[Node]]:
    selector: list[Node] = []
    for node in prelude:
        if node == ",":
            yield selector
            selector = []
        else:
            selector.append(node)
    yield selector


def _split_compounds(tokens: Iterable[Node]) -> "list[tuple[str, list[Node]]]":
    """Each compound selector with the combinator before it."""
    compounds: list[tuple[str, list[Node]]] = [(" ", [])]
    for token in tokens:
        combinator = " " if token.type == "whitespace" else token.value if token.type == "literal" else ""
        if combinator not in (" ", ">", "+", "~", "||") or token.type == "comment":
            compounds[-1][1].append(token)
        elif compounds[-1][1]:
            compounds.append((combinator, []))
        elif combinator != " ":
            compounds[-1] = (combinator, [])
    if not compounds[-1][1] and len(compounds) > 1:
        compounds.pop()
    return compounds


def _is_notice(compound: list[Node]) -> bool:
    for index, token in enumerate(compound):
        previous = compound[index - 1] if index else None
        if token.type == "ident" and previous == "." and token.value in NOTICE_CLASSES:
            return True
        if token.type == "[] block" and _matches_notice_attribute(drop_whitespace(token.content)):
            return True
        # :not() excludes its argument; every other function matches its argument or something that contains it.
        if token.type == "function" and token.lower_name != "not" and _list_reach(children(token)) == "notice":
            return True
    return False


def _matches_notice_attribute(attribute: list[Node]) -> bool:
    if not attribute or attribute[0].type != "ident":
        return False
    name = attribute[0].lower_value
    if name == "class":
        return _matches_class(attribute, NOTICE_CLASSES)
    return bool(name.startswith("data-notice")) or name == "data-version"


def _matches_class(attribute: list[Node], classes: Iterable[str]) -> bool:
    """Whether ``[class...]`` can match an element of one of ``classes``: it names it, or a part of it."""
    text = next((token.value.lower() for token in attribute[1:] if token.type in ("string", "ident")), "")
    return any(text in name or name in text.split() for name in classes)


def _is_around(compound: list[Node]) -> bool:
    """Whether ``compound`` can match an element around a notice: it names nothing that no such element has."""
    return all(_can_be_around(token, compound[index - 1] if index else None) for index, token in enumerate(compound))


def _can_be_around(token: Node, previous: Node | None) -> bool:
    if token.type == "ident" and previous == ".":
        return token.value in _AROUND_CLASSES
    if token.type == "ident" and previous is None:
        return token.lower_value in _AROUND_TAGS
    if token.type == "hash":
        return token.value not in _NOT_AROUND_IDS
    if token.type == "[] block":
        attribute = drop_whitespace(token.content)
        name = attribute[0].lower_value if attribute and attribute[0].type == "ident" else ""
        return _matches_class(attribute, _AROUND_CLASSES) if name == "class" else name in _AROUND_ATTRIBUTES
    return True


def _pseudo_element(compound: list[Node]) -> str:
    """The pseudo-element at the end of ``compound``, with one colon or two; empty if there is none."""
    if len(compound) > 1 and compound[-1].type == "ident" and compound[-2] == ":":
        return str(compound[-1].lower_value)
    return ""
