"""Parses a style sheet to its tokens, at-rules and rules."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from colophon.problem import Problem

# A node or token of tinycss2, which has no type annotations.
Node: TypeAlias = Any

# Levels of nested blocks. Sheets that people write have at most six or seven.
_MAX_DEPTH = 16
# Appended to find a construct that is still open at the end of the file.
_SENTINEL = "colophon-end"
_GROUPING_RULES = frozenset({"media", "supports", "layer", "container", "scope", "starting-style"})
_CLOSING = {"{} block": "}", "[] block": "]", "() block": ")", "function": ")", "comment": "*/"}
_SPACE_TYPES = ("whitespace", "comment")
_HINTS = {
    "bad-string": ("A string isn't closed on its line.", "Close it with the quotation mark that opens it."),
    "eof-in-string": ("A string isn't closed.", "Close it with the quotation mark that opens it."),
    "bad-url": ("The address in a url() is malformed.", "Remove it: site.css must not load anything."),
    "eof-in-url": ("A url() isn't closed.", "Remove it: site.css must not load anything."),
}


class Rule(Struct, frozen=True):
    """The declarations of one block. ``selectors`` are the selector lists around them, outermost first, as tokens."""

    selectors: tuple[tuple[Node, ...], ...]
    declarations: tuple[Node, ...]
    line: int


class Sheet(Struct, frozen=True):
    """One style sheet. ``problems`` are its syntax errors."""

    tokens: tuple[Node, ...]
    at_rules: tuple[Node, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


def parse_sheet(text: str) -> Sheet:
    """``text`` parsed. Never raises: syntax errors become problems."""
    # Imported here for the cold start: only an upload of site.css needs the parser.
    import tinycss2

    tokens = tuple(tinycss2.parse_component_value_list(text))
    if too_deep := _depth_problem(tokens):
        return Sheet(tokens, (), (), (too_deep,))
    reader = _SheetReader(tinycss2, [*_find_syntax_problems(tokens), *_find_unclosed(text, tinycss2)])
    reader.read_stylesheet(tokens)
    return Sheet(tokens, tuple(reader.at_rules), tuple(reader.rules), tuple(reader.problems))


def walk(tokens: Iterable[Node]) -> Iterator[tuple[Node, int]]:
    """Each of ``tokens`` and their descendants, in order, with its depth, from 1."""
    iterators: list[Iterator[Node]] = [iter(tokens)]
    while iterators:
        for token in iterators[-1]:
            yield token, len(iterators)
            if inside := children(token):
                iterators.append(iter(inside))
                break
        else:
            iterators.pop()


def children(token: Node) -> list[Node]:
    """The tokens inside a block or a function; empty for other tokens."""
    inside = getattr(token, "arguments", None) or getattr(token, "content", None)
    return inside if isinstance(inside, list) else []


def drop_whitespace(tokens: Iterable[Node]) -> list[Node]:
    """``tokens`` without spaces and comments."""
    return [token for token in tokens if token.type not in _SPACE_TYPES]


def _depth_problem(tokens: Iterable[Node]) -> Problem | None:
    deep = next((token for token, depth in walk(tokens) if depth > _MAX_DEPTH), None)
    if deep is None:
        return None
    what = f"Blocks and parentheses are nested more than {_MAX_DEPTH} levels deep."
    return Problem(what, f"Reduce the nesting to at most {_MAX_DEPTH} levels.", line=deep.source_line)


def _find_syntax_problems(tokens: Iterable[Node]) -> Iterator[Problem]:
    for token, _ in walk(tokens):
        if token.type == "error":
            unmatched = f"“{token.kind}” closes nothing.", "Remove it, or open what it closes."
            yield Problem(*_HINTS.get(token.kind, unmatched), line=token.source_line)


def _find_unclosed(text: str, tinycss2: Any) -> Iterator[Problem]:
    """A problem if a string, comment or block is open at the end of ``text``: the sentinel is then inside of it.

    CSS closes it silently there, and so a missing bracket can make a rule part of another one.
    """
    last = tinycss2.parse_component_value_list(f"{text}\n{_SENTINEL}")[-1]
    if closing := _CLOSING.get(last.type):
        what = f"A block, function or comment that begins in this line is never closed: “{closing}” is missing."
        yield Problem(what, f"Add “{closing}” where it ends.", line=last.source_line)


class _SheetReader:
    """One pass over the structure of the sheet; collects ``at_rules``, ``rules`` and ``problems``."""

    def __init__(self, tinycss2: Any, problems: list[Problem]) -> None:
        self._tinycss2 = tinycss2
        self.at_rules: list[Node] = []
        self.rules: list[Rule] = []
        self.problems = problems
        self._reported_lines = {problem.line for problem in problems}

    def read_stylesheet(self, tokens: Iterable[Node]) -> None:
        self._read_nodes(self._tinycss2.parse_stylesheet(tokens, skip_comments=True, skip_whitespace=True), ())

    def _read_block(self, content: list[Node], selectors: tuple[tuple[Node, ...], ...]) -> None:
        self._read_nodes(
            self._tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True), selectors
        )

    def _read_nodes(self, nodes: list[Node], selectors: tuple[tuple[Node, ...], ...]) -> None:
        declarations = tuple(node for node in nodes if node.type == "declaration")
        if declarations:
            self.rules.append(Rule(selectors, declarations, declarations[0].source_line))
        for node in nodes:
            if node.type == "qualified-rule":
                self._read_block(node.content, (*selectors, tuple(node.prelude)))
            elif node.type == "at-rule":
                self._read_at_rule(node, selectors)
            elif node.type == "error" and node.source_line not in self._reported_lines:
                what = "This is neither a declaration (name: value;) nor a rule (selector { … })."
                self.problems.append(Problem(what, "Correct or remove it.", line=node.source_line))

    def _read_at_rule(self, node: Node, selectors: tuple[tuple[Node, ...], ...]) -> None:
        self.at_rules.append(node)
        if node.content is None:
            return
        name = node.lower_at_keyword
        # The root of a scope is a selector in parentheses, and it contains all that the scope matches.
        scope = [tuple(token.content) for token in node.prelude if token.type == "() block"] if name == "scope" else []
        self._read_block(node.content, (*selectors, *scope[:1]) if name in _GROUPING_RULES else ())
