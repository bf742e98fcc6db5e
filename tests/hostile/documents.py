"""One small inbox that prints every field, and the places in its files where a word can stand.

The files follow the models by reflection: a field that a model gets, and that no file here has, is filled in with a
value that its type takes, and so is tried with the rest. Files are JSON, which readers take as well as YAML.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel, TypeAdapter, ValidationError

from colophon.clinic.glossary import Glossary, read_glossary
from colophon.clinic.record import ClinicRecord, read_clinic
from colophon.edition.model import FrontMatter
from colophon.edition.pin import compute_pin
from colophon.edition.read import read_edition
from colophon.problem import Refused
from colophon.site_settings import SiteSettings, read_site
from colophon.withdrawal import Withdrawal, read_withdrawal
from tests.decision.files import drawing
from tests.decision.in_memory import START, Step

Place: TypeAlias = tuple[str | int, ...]
Tree: TypeAlias = Any

_CHANNEL = "https://clinic.example/column"
_DAY, _INSTANT = "2026-02-03", "2026-02-04T10:00:00+09:00"
# Stands for a word: each gets one of its own.
_SLOT = "SLOT"
# Files and words that name something else of the inbox, so that another word would only wait for it.
_NAMES = (("clinic", "channels", "column", "url"), ("source", "channel"), ("body", "number"))
# What a model has and this document must not: only a hold ends, and an alternative text of the body's own.
_ABSENT: Mapping[str, tuple[Place, ...]] = {
    "order": (("until",),),
    "original": (("translation",), ("images", "b.png", "alt")),
    "translation": (("images", "b.png", "alt"),),
    "alone": (("translation", "of"), ("images",), ("tags",), ("moved_from",), ("corrections",)),
    "archived": (("translation",), ("images", "b.png", "alt"), ("tags",), ("moved_from",), ("corrections",)),
}
_NO_NUMBER = re.compile(r"[^0-9]*\Z")
_LONGEST_IN_BODY = 90
# Letters that show nothing: a paragraph of them is none.
_FILLERS = frozenset("\u3164\u115f\u1160\uffa0")
_PAIR, _COMPARED = ("original", "translation"), ("title", "excerpt", "images", "body")
_EDITIONS = (*_PAIR, "alone", "archived")
# What a new field may be: the first that its type takes.
_CANDIDATES = (
    _SLOT,
    "https://clinic.example/new",
    _DAY,
    _INSTANT,
    "true",
    "en",
    "#225588",
    "0" * 16,
    [_SLOT],
    {"en": _SLOT},
)


class Document(Struct, frozen=True):
    """A file of the inbox: its key, its model, its fields, and what reads it."""

    key: str
    model: type[BaseModel]
    fields: Mapping[str, Tree]
    read: Callable[[bytes], object]


class Field(Struct, frozen=True, order=True):
    """A place in a document. Its name has no numbers and keys: ``translation: corrections.note``."""

    document: str
    path: Place

    @property
    def name(self) -> str:
        return f"{self.document}: {'.'.join(str(step) for step in self.path if isinstance(step, str))}"


_SOURCE = {
    "channel": "column",
    "url": f"{_CHANNEL}/7",
    "posted": _DAY,
    "title": _SLOT,
    "archive_url": "https://archive.example/7",
}
_IMAGES = {
    "a.png": {"alt": _SLOT, "credit": _SLOT, "credit_url": "https://credit.example/a", "kind": "photo", "made": "ai"},
    "b.png": {"kind": "illustration"},
}
# The body's own places for words. Each is text in a block of its own kind; the last is in a code span.
_BODY = {
    "number": "Take 3 of them.",
    "paragraph": _SLOT,
    "heading": _SLOT,
    "warning": _SLOT,
    "quote": _SLOT,
    "item": _SLOT,
    "cell": _SLOT,
    "link": _SLOT,
    "footnote": _SLOT,
    "alt": _SLOT,
    "caption": _SLOT,
}
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
DOCUMENTS: dict[str, Document] = {
    "site": Document(
        "site.yaml",
        SiteSettings,
        {
            "url": "https://reader.example",
            "name": {"en": _SLOT, "ko": _SLOT},
            "about": {"en": _SLOT, "ko": _SLOT},
            "languages": ["en", "ko"],
            "original_language": "ko",
            "time_zone": "Asia/Seoul",
            "contact": "https://reader.example/contact",
            "security": {"contact": "https://reader.example/security", "expires": "2027-01-01T00:00:00Z"},
        },
        read_site,
    ),
    "clinic": Document(
        "clinics/noeul/clinic.yaml",
        ClinicRecord,
        {
            "names": {"ko": _SLOT, "en": _SLOT, "ja": _SLOT},
            "permission": {"reference": _SLOT, "granted": "2020-01-01", "scope": "originals"},
            "registration": _SLOT,
            "channels": {
                "column": {"kind": "website", "url": _CHANNEL, "name": _SLOT},
                "shelf": {"kind": "other", "url": "https://shelf.example/noeul", "name": _SLOT},
            },
            "accepts_moves_from": ["noeul-two"],
        },
        read_clinic,
    ),
    "glossary": Document(
        "clinics/noeul/glossary.yaml",
        Glossary,
        {"terms": [{"ko": _SLOT, "en": _SLOT, "never": [_SLOT]}]},
        read_glossary,
    ),
    "original": Document(
        "posts/noeul/first/ko.md",
        FrontMatter,
        {"title": _SLOT, "source": _SOURCE, "excerpt": _SLOT, "images": _IMAGES, "tags": [_SLOT],
         "corrections": [{"at": "2026-03-01", "note": _SLOT}], "moved_from": ["noeul/once"], "body": _BODY},
        lambda content: read_edition("ko", content),
    ),
    "translation": Document(
        "posts/noeul/first/en.md",
        FrontMatter,
        {
            "title": _SLOT,
            "source": _SOURCE,
            "excerpt": _SLOT,
            "translation": {
                "at": _INSTANT,
                "system": _SLOT,
                "review": {"by": _SLOT, "at": "2026-03-02", "scope": _SLOT, "of": "0" * 16},
                "differs": [{"block": "1", "note": _SLOT, "of": "0" * 16, "original": "0" * 16}],
            },
            "images": _IMAGES,
            "tags": [_SLOT],
            "corrections": [{"at": "2026-03-01", "note": _SLOT}],
            "moved_from": ["noeul/once"],
            "body": {**_BODY, "number": "Take 5 of them."},
        },
        lambda content: read_edition("en", content),
    ),
    # Posts in one language, which nothing is compared with.
    "alone": Document(
        "posts/noeul/alone/en.md",
        FrontMatter,
        {"title": _SLOT, "source": _SOURCE, "excerpt": _SLOT,
         "translation": {"at": _INSTANT, "system": _SLOT, "review": "none", "differs": []}, "body": _BODY},
        lambda content: read_edition("en", content),
    ),
    "archived": Document(
        "posts/noeul/archived/ko.md",
        FrontMatter,
        {"title": _SLOT, "source": _SOURCE, "excerpt": _SLOT, "images": _IMAGES, "body": _BODY},
        lambda content: read_edition("ko", content),
    ),
    "order": Document(
        "posts/noeul/second/withdrawal.yaml",
        Withdrawal,
        {"kind": "legal", "reason": "legal", "at": _INSTANT, "requested_by": _SLOT, "reference": _SLOT, "note": _SLOT},
        read_withdrawal,
    ),
    "hold": Document(
        "posts/noeul/third/withdrawal.yaml",
        Withdrawal,
        {"kind": "hold", "reason": "error", "at": "2026-05-28T10:00:00+09:00", "until": "2026-06-08T10:00:00+09:00",
         "requested_by": _SLOT, "reference": _SLOT, "note": _SLOT},
        read_withdrawal,
    ),
}  # fmt: skip
# Of which words are computed: pins, at their places in a translation.
_OWN_PIN = (("translation", "review", "of"), ("translation", "differs", 0, "of"))
_ORIGINAL_PIN = (("translation", "of"), ("translation", "differs", 0, "original"))


def complete(model: type[BaseModel], fields: Tree) -> dict[str, Tree]:
    """``fields`` with a value for each field of ``model``, and of the models in it, that they lack."""
    filled = {}
    for name, info in model.model_fields.items():
        annotation = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        filled[name] = _complete_value(annotation, fields[name]) if name in fields else _invent(annotation)
    return {**fields, **{name: value for name, value in filled.items() if value is not None}}


def _complete_value(annotation: Any, value: Tree) -> Tree:
    model = _model_in(annotation)
    if model is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return [complete(model, each) for each in value]
    # A mapping has a model as its values.
    if _is_mapping(annotation):
        return {key: complete(model, each) for key, each in value.items()}
    return complete(model, value)


def _invent(annotation: Any) -> Tree:
    """A value that ``annotation`` takes; None if none of the candidates is one, or if nothing is needed."""
    adapter = TypeAdapter(annotation)
    model = _model_in(annotation)
    whole = complete(model, {}) if model else None
    for candidate in (whole, [whole], {"a": whole}) if model else (*_literals(annotation), *_CANDIDATES):
        try:
            adapter.validate_python(candidate)
        except ValidationError:
            continue
        return candidate
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _literals(annotation: Any) -> tuple[str, ...]:
    parts = get_args(annotation)
    if get_origin(annotation) is Literal:
        return parts
    return tuple(value for part in parts for value in _literals(part))


def _is_mapping(annotation: Any) -> bool:
    return get_origin(annotation) is dict or any(_is_mapping(part) for part in get_args(annotation))


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


Words: TypeAlias = Mapping[Field, str]


class Inbox:
    """The small inbox with ``plain`` words, one for each field that takes any."""

    def __init__(self) -> None:
        self._trees = {name: complete(each.model, deepcopy(each.fields)) for name, each in DOCUMENTS.items()}
        for name, paths in _ABSENT.items():
            for *above, last in paths:
                get(self._trees[name], tuple(above)).pop(last, None)
        self.plain: dict[Field, str] = {}
        places = [Field(name, path) for name, tree in self._trees.items() for path, _ in leaves(tree)]
        # First those that are known to take words, as most files are refused without.
        for field in sorted(places, key=lambda field: self._value(field) != _SLOT):
            word, value = plain_word(len(self.plain)), self._value(field)
            taken = (each for each in (word, f"{value}?q={word}") if value == _SLOT or self._takes(field, each))
            if (first := next(taken, None)) is not None:
                self.plain[field] = first

    def _value(self, field: Field) -> str:
        return str(get(self._trees[field.document], field.path))

    def _takes(self, field: Field, value: str) -> bool:
        """Whether the reader takes ``value`` there; a name of another thing, as of a channel, is no word."""
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
        """Whether ``word`` can be tried there, and nothing but it is another text then.

        What a pair of texts says is compared, numbers above all. A word of the body must be seen, stay in its block,
        be no link, and be shown whole in the label of a wide table.
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
        """All files, with ``words`` in the place of plain ones. Of withdrawn posts there is a text too."""
        words = {**self.plain, **words}
        files = {document.key: self._write(name, words) for name, document in DOCUMENTS.items()}
        withdrawn = self._write("alone", self.plain)
        files |= {f"posts/noeul/{post}/en.md": withdrawn for post in ("second", "third")}
        posts = {key.rpartition("/")[0] for key in files if key.startswith("posts/")}
        files |= {f"{post}/{name}": drawing(1) for post in posts for name in _IMAGES}
        return tuple(Step(START, key, content) for key, content in files.items())


def _pin(tree: Tree) -> str:
    """The pin of an edition. Of half a character, which no text holds, it does not matter."""
    return compute_pin(tree["title"].encode(errors="replace").decode(), _body(tree["body"]))


def _body(parts: Mapping[str, str]) -> str:
    text = "\n\n".join(_FORMS[name].format(escape_markdown(text)) for name, text in parts.items())
    return text.encode(errors="replace").decode() + "\n"


def escape_markdown(text: str) -> str:
    """``text`` as Markdown that says exactly it (CommonMark 0.31.2, 2.4)."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
