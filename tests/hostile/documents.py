"""The files of a small inbox that prints every field: their keys, models and fields.

The fields follow the models by reflection: ``complete`` gives a new field of a model a value that its type accepts.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel, TypeAdapter, ValidationError

from colophon.clinic.glossary import Glossary, read_glossary
from colophon.clinic.record import ClinicRecord, read_clinic
from colophon.edition.model import FrontMatter
from colophon.edition.read import read_edition
from colophon.site_settings import SiteSettings, read_site
from colophon.withdrawal import Withdrawal, read_withdrawal

Tree: TypeAlias = Any

_CHANNEL = "https://clinic.example/column"
_DAY, _INSTANT = "2026-02-03", "2026-02-04T10:00:00+09:00"
# A placeholder: each one is replaced by a word of its own.
SLOT = "SLOT"
# Values for a new field: the first one that its type accepts.
_CANDIDATES = (
    SLOT,
    "https://clinic.example/new",
    _DAY,
    _INSTANT,
    "true",
    "en",
    "#225588",
    "0" * 16,
    [SLOT],
    {"en": SLOT},
)


class Document(Struct, frozen=True):
    """A file of the inbox. ``read`` is the product's reader of such files."""

    key: str
    model: type[BaseModel]
    fields: Mapping[str, Tree]
    read: Callable[[bytes], object]


_SOURCE = {
    "channel": "column",
    "url": f"{_CHANNEL}/7",
    "posted": _DAY,
    "title": SLOT,
    "archive_url": "https://archive.example/7",
}
IMAGES = {
    "a.png": {"alt": SLOT, "credit": SLOT, "credit_url": "https://credit.example/a", "kind": "photo", "made": "ai"},
    "b.png": {"kind": "illustration"},
}
# The places for words in a body, each in a block of its own kind. ``inbox`` has their Markdown.
_BODY = {
    "number": "Take 3 of them.",
    "paragraph": SLOT,
    "heading": SLOT,
    "warning": SLOT,
    "quote": SLOT,
    "item": SLOT,
    "cell": SLOT,
    "link": SLOT,
    "footnote": SLOT,
    "alt": SLOT,
    "caption": SLOT,
}
DOCUMENTS: dict[str, Document] = {
    "site": Document(
        "site.yaml",
        SiteSettings,
        {
            "url": "https://reader.example",
            "name": {"en": SLOT, "ko": SLOT},
            "about": {"en": SLOT, "ko": SLOT},
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
            "names": {"ko": SLOT, "en": SLOT, "ja": SLOT},
            "permission": {"reference": SLOT, "granted": "2020-01-01", "scope": "originals"},
            "registration": SLOT,
            "channels": {
                "column": {"kind": "website", "url": _CHANNEL, "name": SLOT},
                "shelf": {"kind": "other", "url": "https://shelf.example/noeul", "name": SLOT},
            },
            "accepts_moves_from": ["noeul-two"],
        },
        read_clinic,
    ),
    "glossary": Document(
        "clinics/noeul/glossary.yaml",
        Glossary,
        {"terms": [{"ko": SLOT, "en": SLOT, "never": [SLOT]}]},
        read_glossary,
    ),
    "original": Document(
        "posts/noeul/first/ko.md",
        FrontMatter,
        {"title": SLOT, "source": _SOURCE, "excerpt": SLOT, "images": IMAGES, "tags": [SLOT],
         "corrections": [{"at": "2026-03-01", "note": SLOT}], "moved_from": ["noeul/once"], "body": _BODY},
        lambda content: read_edition("ko", content),
    ),
    "translation": Document(
        "posts/noeul/first/en.md",
        FrontMatter,
        {
            "title": SLOT,
            "source": _SOURCE,
            "excerpt": SLOT,
            "translation": {
                "at": _INSTANT,
                "system": SLOT,
                "review": {"by": SLOT, "at": "2026-03-02", "scope": SLOT, "of": "0" * 16},
                "differs": [{"block": "1", "note": SLOT, "of": "0" * 16, "original": "0" * 16}],
            },
            "images": IMAGES,
            "tags": [SLOT],
            "corrections": [{"at": "2026-03-01", "note": SLOT}],
            "moved_from": ["noeul/once"],
            "body": {**_BODY, "number": "Take 5 of them."},
        },
        lambda content: read_edition("en", content),
    ),
    # Posts in one language, which are compared with no other text.
    "alone": Document(
        "posts/noeul/alone/en.md",
        FrontMatter,
        {"title": SLOT, "source": _SOURCE, "excerpt": SLOT,
         "translation": {"at": _INSTANT, "system": SLOT, "review": "none", "differs": []}, "body": _BODY},
        lambda content: read_edition("en", content),
    ),
    "archived": Document(
        "posts/noeul/archived/ko.md",
        FrontMatter,
        {"title": SLOT, "source": _SOURCE, "excerpt": SLOT, "images": IMAGES, "body": _BODY},
        lambda content: read_edition("ko", content),
    ),
    "order": Document(
        "posts/noeul/second/withdrawal.yaml",
        Withdrawal,
        {"kind": "legal", "reason": "legal", "at": _INSTANT, "requested_by": SLOT, "reference": SLOT, "note": SLOT},
        read_withdrawal,
    ),
    "hold": Document(
        "posts/noeul/third/withdrawal.yaml",
        Withdrawal,
        {"kind": "hold", "reason": "error", "at": "2026-05-28T10:00:00+09:00", "until": "2026-06-08T10:00:00+09:00",
         "requested_by": SLOT, "reference": SLOT, "note": SLOT},
        read_withdrawal,
    ),
}  # fmt: skip


def complete(model: type[BaseModel], fields: Tree) -> dict[str, Tree]:
    """``fields``, with a value for each missing field of ``model`` and of the models in it."""
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
    """A value that ``annotation`` accepts; None if no candidate is accepted, or if no value is needed."""
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
