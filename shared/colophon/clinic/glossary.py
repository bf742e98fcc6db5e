"""A clinic's terms, as ``glossary.yaml`` gives them: how each language writes them, and how no translation may."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from colophon.problem import Problem
from colophon.upload.fields import FieldPath, Fields, display_value
from colophon.upload.limits import MAX_GLOSSARY_BYTES, MAX_TERMS
from colophon.upload.strict import parse_fields
from colophon.upload.text import decode
from colophon.upload.validated import StrictFile, StrictModel, validate
from colophon.upload.values import LanguageTag, Line

_NEVER = "never"


class GlossaryTerm(StrictModel):
    """One term: a word for each language, named by its tag, and the words that no translation may write for it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[LanguageTag, Line]

    never: Annotated[tuple[Line, ...], Field(description="words that no translation may write for the term")] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The word of each language, by its tag."""
        return dict(self.__pydantic_extra__)


class Glossary(StrictFile):
    """The terms that translations of a clinic's posts are held to."""

    terms: Annotated[
        tuple[GlossaryTerm, ...],
        Field(min_length=1, max_length=MAX_TERMS, description="the terms, each with ko and a word of other languages"),
    ]


def read_glossary(content: bytes) -> Glossary:
    """The glossary in ``content``, the bytes of glossary.yaml. Raises Refused with all of its problems."""
    fields = parse_fields(decode(content, MAX_GLOSSARY_BYTES), 1)
    return validate(Glossary, fields, _check_terms(fields))


def _check_terms(fields: Fields) -> Iterator[Problem]:
    terms = fields.get("terms")
    if not isinstance(terms, list) or ("terms",) in fields.refused_paths:
        return
    counted = Counter(str(term["ko"]) for term in terms if isinstance(term, dict) and "ko" in term)
    for number, term in enumerate(terms):
        if isinstance(term, dict) and ("terms", number) not in fields.refused_paths:
            yield from _check_term(fields, number, term, counted)


def _check_term(
    fields: Fields, number: int, term: Mapping[str, object], counted: Mapping[str, int]
) -> Iterator[Problem]:
    path, korean = ("terms", number), str(term.get("ko"))
    if "ko" not in term:
        fix = "Add ko: the term as originals write it."
        yield fields.problem_at((*path, "ko"), f"“terms.{number}.ko” is missing.", fix)
    elif counted[korean] > 1:
        what = f"“{display_value(korean)}” is in the list more than once."
        yield fields.problem_at((*path, "ko"), what, "Keep it once, with all of its words.")
    if term.keys() <= {"ko"}:
        fix = "Add the word of another language, such as en, or never: words that no translation may write."
        yield fields.problem_at(path, "The term says nothing about translations.", fix)
    yield from _check_words(fields, path, term)


def _check_words(fields: Fields, path: FieldPath, term: Mapping[str, object]) -> Iterator[Problem]:
    found = term.get(_NEVER)
    never = {(*path, _NEVER, place): word for place, word in enumerate(found if isinstance(found, list) else ())}
    wanted = {(*path, lang): word for lang, word in term.items() if lang != _NEVER}
    langs = {str(word).casefold(): place[-1] for place, word in wanted.items()}
    for place, word in never.items():
        if lang := langs.get(str(word).casefold()):
            what = f"“{display_value(word)}” is the term’s word in “{lang}”, and one that no translation may write."
            yield fields.problem_at(place, what, "Remove it from one of the two.")
    for place, word in {**wanted, **never}.items():
        if isinstance(word, str) and word.strip() and not any(map(str.isalnum, word)):
            what = f"“{display_value(word)}” has no letter and no digit."
            yield fields.problem_at(place, what, "Write the term as texts write it.")
