"""A style sheet taken apart: its tokens, and each rule with its declarations and all that it stands in."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from colophon.problem import Problem

# A node or token of tinycss2, which has no types of its own.
Node: TypeAlias = Any

# Blocks within blocks; the deepest sheet that a person writes has six or seven.
_MAX_DEPTH = 16
# What a browser reads to its end when the file ends first, and takes another rule for a part of it.
_SENTINEL = "colophon-end"
_GROUPING_RULES = frozenset({"media", "supports", "layer", "container", "scope", "starting-style"})
_CLOSING = {"{} block": "}", "[] block": "]", "() block": ")", "function": ")", "comment": "*/"}
_SPACE_TYPES = ("whitespace", "comment")
_HINTS = {
    "bad-string": ("A string isn't closed on its line.", "Close it with the quotation mark that opens it."),
    "eof-in-string": ("A string isn't closed.", "Close it with the quotation mark that opens it."),
    "bad-url": ("An address isn't written as one.", "Remove it: a look of one's own loads nothing."),
    "eof-in-url": ("An address isn't closed.", "Remove it: a look of one's own loads nothing."),
}


class Rule(Struct, frozen=True):
    """Declarations that stand together. ``where`` are the selectors around them, the outermost first, as tokens."""

    selectors: tuple[tuple[Node, ...], ...]
    declarations: tuple[Node, ...]
    line: int


class Sheet(Struct, frozen=True):
    """One style sheet. ``problems`` are what keeps it from being read as it was meant."""

    tokens: tuple[Node, ...]
    at_rules: tuple[Node, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


def parse_sheet(text: str) -> Sheet:
    """``text`` taken apart. Never raises: what can't be read is among the problems."""
    # Only an upload of site.css needs the parser: no other start of a function pays for it.
    import tinycss2

    tokens = tuple(tinycss2.parse_component_value_list(text))
    if too_deep := _depth_problem(tokens):
        return Sheet(tokens, (), (), (too_deep,))
    reader = _SheetReader(tinycss2, [*_find_syntax_problems(tokens), *_find_unclosed(text, tinycss2)])
    reader.read_stylesheet(tokens)
    return Sheet(tokens, tuple(reader.at_rules), tuple(reader.rules), tuple(reader.problems))


def walk(tokens: Iterable[Node]) -> Iterator[tuple[Node, int]]:
    """Each of ``tokens`` and of what is in them, in their order, with its depth."""
    open_: list[Iterator[Node]] = [iter(tokens)]
    while open_:
        for token in open_[-1]:
            yield token, len(open_)
            if inside := children(token):
                open_.append(iter(inside))
                break
        else:
            open_.pop()


def children(token: Node) -> list[Node]:
    """What is in a block or in the parentheses of a function."""
    inside = getattr(token, "arguments", None) or getattr(token, "content", None)
    return inside if isinstance(inside, list) else []


def drop_whitespace(tokens: Iterable[Node]) -> list[Node]:
    """``tokens`` without spaces and comments."""
    return [token for token in tokens if token.type not in _SPACE_TYPES]


def _depth_problem(tokens: Iterable[Node]) -> Problem | None:
    deep = next((token for token, depth in walk(tokens) if depth > _MAX_DEPTH), None)
    if deep is None:
        return None
    what = f"Blocks and parentheses stand more than {_MAX_DEPTH} deep in each other."
    return Problem(what, "Write the rules less deep.", line=deep.source_line)


def _find_syntax_problems(tokens: Iterable[Node]) -> Iterator[Problem]:
    for token, _ in walk(tokens):
        if token.type == "error":
            unmatched = f"“{token.kind}” closes nothing.", "Remove it, or open what it closes."
            yield Problem(*_HINTS.get(token.kind, unmatched), line=token.source_line)


def _find_unclosed(text: str, tinycss2: Any) -> Iterator[Problem]:
    """Whatever the end of the file closes: a word added after it is then not the last one of the sheet itself."""
    last = tinycss2.parse_component_value_list(f"{text}\n{_SENTINEL}")[-1]
    if closing := _CLOSING.get(last.type):
        what = f"What opens in this line isn't closed before the end of the file: “{closing}” is missing."
        yield Problem(what, f"Add “{closing}” where it ends.", line=last.source_line)


class _SheetReader:
    """One pass over the sheet's structure; ``at_rules``, ``rules`` and ``problems`` grow as it goes."""

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
                what = "Neither a declaration (name: value;) nor a rule (selector { … }) can be read here."
                self.problems.append(Problem(what, "Correct or remove it.", line=node.source_line))

    def _read_at_rule(self, node: Node, selectors: tuple[tuple[Node, ...], ...]) -> None:
        self.at_rules.append(node)
        if node.content is None:
            return
        name = node.lower_at_keyword
        # A scope is written in parentheses, and what it names stands around all that is in it.
        scope = [tuple(token.content) for token in node.prelude if token.type == "() block"] if name == "scope" else []
        self._read_block(node.content, (*selectors, *scope[:1]) if name in _GROUPING_RULES else ())
