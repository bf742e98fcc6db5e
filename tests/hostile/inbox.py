"""The small inbox of ``documents`` as files: where a word can stand in them, and what readers make of it.

Files are JSON, which readers accept as YAML.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import TypeAlias

from msgspec import Struct

from colophon.edition.pin import compute_pin
from colophon.problem import Refused
from tests.decision.files import drawing
from tests.decision.in_memory import START, Step
from tests.hostile.documents import DOCUMENTS, IMAGES, SLOT, Tree, complete

Place: TypeAlias = tuple[str | int, ...]

# Names of other things in the inbox: with another word there, the file would wait for what is not there.
_NAMES = (("clinic", "channels", "column", "url"), ("source", "channel"), ("body", "number"))
# Fields of a model that these documents must not have.
_ABSENT: Mapping[str, tuple[Place, ...]] = {
    "order": (("until",),),
    "original": (("translation",), ("images", "b.png", "alt")),
    "translation": (("images", "b.png", "alt"),),
    "alone": (("translation", "of"), ("images",), ("tags",), ("moved_from",), ("corrections",)),
    "archived": (("translation",), ("images", "b.png", "alt"), ("tags",), ("moved_from",), ("corrections",)),
}
_NO_NUMBER = re.compile(r"[^0-9]*\Z")
_LONGEST_IN_BODY = 90
# Invisible letters: a paragraph of them is empty.
_FILLERS = frozenset("\u3164\u115f\u1160\uffa0")
_PAIR, _COMPARED = ("original", "translation"), ("title", "excerpt", "images", "body")
_EDITIONS = (*_PAIR, "alone", "archived")
# The places of pins in a translation. Their values are computed.
_OWN_PIN = (("translation", "review", "of"), ("translation", "differs", 0, "of"))
_ORIGINAL_PIN = (("translation", "of"), ("translation", "differs", 0, "original"))


_FORMS = {
    "number": "{}",
    "paragraph": "{}",
    "heading": "## {}",
    "warning": "※ {}",
    "quote": "> {}",
    "item": "- {}",
    "cell": "| {} | two | three | four |\n| --- | --- | --- | --- |\n| 1 | 2 | 3 | 4 |",
    "link": "[{}](https://clinic.example/link)",
    "footnote": "Text[^1].\n\n[^1]: {}",
    "alt": "![{}](b.png)",
    "caption": '![A drawing](a.png "{}")',
}


class Field(Struct, frozen=True, order=True):
    """A place in a document. Its name has no numbers and keys: ``translation: corrections.note``."""

    document: str
    path: Place

    @property
    def name(self) -> str:
        return f"{self.document}: {'.'.join(str(step) for step in self.path if isinstance(step, str))}"


Words: TypeAlias = Mapping[Field, str]


def leaves(tree: Tree, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text in ``tree``, with its path."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from leaves(value, (*path, place))
    elif isinstance(tree, str):
        yield path, tree


def put(tree: Tree, path: Place, value: str) -> None:
    """Write ``value`` at ``path`` of ``tree``."""
    *above, last = path
    for step in above:
        tree = tree[step]
    tree[last] = value


def get(tree: Tree, path: Place) -> Tree:
    for step in path:
        tree = tree[step] if isinstance(tree, dict | list | tuple) else getattr(tree, str(step))
    return tree


def plain_word(number: int) -> str:
    """A word without a digit, which would be compared as a number."""
    return f"zq{chr(97 + number // 26)}{chr(97 + number % 26)}word"


class Inbox:
    """The small inbox. ``plain`` has a word for each field that accepts any word."""

    def __init__(self) -> None:
        self._trees = {name: complete(each.model, deepcopy(each.fields)) for name, each in DOCUMENTS.items()}
        for name, paths in _ABSENT.items():
            for *above, last in paths:
                get(self._trees[name], tuple(above)).pop(last, None)
        self.plain: dict[Field, str] = {}
        places = [Field(name, path) for name, tree in self._trees.items() for path, _ in leaves(tree)]
        # Placeholders first: most files are refused without them.
        for field in sorted(places, key=lambda field: self._value(field) != SLOT):
            word, value = plain_word(len(self.plain)), self._value(field)
            taken = (each for each in (word, f"{value}?q={word}") if value == SLOT or self._takes(field, each))
            if (first := next(taken, None)) is not None:
                self.plain[field] = first

    def _value(self, field: Field) -> str:
        return str(get(self._trees[field.document], field.path))

    def _takes(self, field: Field, value: str) -> bool:
        """Whether the reader accepts ``value`` there. The name of something else, such as a channel, is no word."""
        if field.path in (*_NAMES, *_OWN_PIN, *_ORIGINAL_PIN) or (field.document, *field.path) in _NAMES:
            return False
        try:
            self.read(field, value)
        except Refused:
            return False
        return True

    def read(self, field: Field, value: str) -> object:
        """What the reader of the document makes of ``value`` at ``field``. Raises Refused."""
        document = DOCUMENTS[field.document]
        return document.read(self._write(field.document, {**self.plain, field: value}))

    def fits(self, field: Field, word: str) -> bool:
        """Whether ``word`` can stand at ``field`` without changing anything else on the page.

        A pair of texts is compared, above all in its numbers. A word of the body must be visible, stay in its block,
        be no link, and fit in the label of a wide table.
        """
        if field.document in _PAIR and field.path[0] in _COMPARED and not (word.isascii() and _NO_NUMBER.match(word)):
            return False
        is_line = word.isprintable() and word == " ".join(word.split()) and 0 < len(word) < _LONGEST_IN_BODY
        return field.path[0] != "body" or (is_line and "https://" not in word and not _FILLERS & {*word})

    def read_word(self, field: Field, value: str) -> str:
        """The text that pages should show for ``value`` at ``field``. Raises Refused."""
        model = self.read(field, value)
        if field.path[0] == "body":
            return unicodedata.normalize("NFC", value)
        if field.document in _EDITIONS:
            model = model.front_matter  # type: ignore[attr-defined]
        return str(get(model, field.path))

    def _write(self, name: str, words: Words) -> bytes:
        tree = deepcopy(self._trees[name])
        for field, value in words.items():
            if field.document == name:
                put(tree, field.path, value)
        if name not in _EDITIONS:
            return json.dumps(tree).encode()
        if name == "translation":
            own, first = _pin(tree), _pin(self._with_words("original", words))
            for pins, pin in ((_OWN_PIN, own), (_ORIGINAL_PIN, first)):
                for path in pins:
                    put(tree, path, pin)
        body = _body(tree.pop("body"))
        return f"---\n{json.dumps(tree, indent=0)}\n---\n{body}".encode()

    def _with_words(self, name: str, words: Words) -> Tree:
        tree = deepcopy(self._trees[name])
        for field, value in words.items():
            if field.document == name:
                put(tree, field.path, value)
        return tree

    def steps(self, words: Words) -> tuple[Step, ...]:
        """The uploads of all files, with ``words`` instead of the plain ones, and of a text of each withdrawn post."""
        words = {**self.plain, **words}
        files = {document.key: self._write(name, words) for name, document in DOCUMENTS.items()}
        withdrawn = self._write("alone", self.plain)
        files |= {f"posts/noeul/{post}/en.md": withdrawn for post in ("second", "third")}
        posts = {key.rpartition("/")[0] for key in files if key.startswith("posts/")}
        files |= {f"{post}/{name}": drawing(1) for post in posts for name in IMAGES}
        return tuple(Step(START, key, content) for key, content in files.items())


def _pin(tree: Tree) -> str:
    """The pin of an edition. A lone surrogate, which no text can hold, is replaced."""
    return compute_pin(tree["title"].encode(errors="replace").decode(), _body(tree["body"]))


def _body(parts: Mapping[str, str]) -> str:
    text = "\n\n".join(_FORMS[name].format(escape_markdown(text)) for name, text in parts.items())
    return text.encode(errors="replace").decode() + "\n"


def escape_markdown(text: str) -> str:
    """``text`` as Markdown that says exactly it (CommonMark 0.31.2, 2.4)."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
