"""Hostile words in every field: the site is that of plain words, but for the words."""

from contextlib import suppress
from typing import Annotated

import pytest
from pydantic import Field as ModelField

from colophon.edition.model import FrontMatter
from colophon.problem import Refused
from colophon.upload.validated import fields_by_path
from colophon.upload.values import HttpsUrl, Line
from tests.hostile import installed_lists, lists
from tests.hostile.comparison import GOOD_ADDRESS
from tests.hostile.control import flag_fields
from tests.hostile.documents import DOCUMENTS, complete
from tests.hostile.sites import Sites, is_address, mark_of
from tests.hostile.words import ADDRESSES
from tests.rotating_seeds import seeds_of_the_day

_ROTATIONS = 8
# Fields for operators and for comparisons, and addresses that another page prints.
NEVER_PRINTED = {
    "clinic: permission.reference",
    "clinic: accepts_moves_from",
    "glossary: terms.ko",
    "glossary: terms.en",
    "glossary: terms.never",
    "order: requested_by",
    "order: note",
    "hold: requested_by",
    "hold: note",
    # The original stands in the folder, so pages lead there.
    "original: source.title",
    "original: source.archive_url",
    "translation: source.archive_url",
    "archived: source.title",
    "archived: source.archive_url",
}


@pytest.fixture(scope="module")
def sites() -> Sites:
    return Sites()


def test_every_field_of_every_model_is_tried() -> None:
    tried = {name.model: set() for name in DOCUMENTS.values()}
    for document in DOCUMENTS.values():
        tried[document.model] |= set(complete(document.model, document.fields))
    for model, names in tried.items():
        assert {str(path[0]) for path in fields_by_path(model)} <= names, model


def test_a_new_field_is_tried_without_a_change_here() -> None:
    class Grown(FrontMatter):
        subtitle: Annotated[Line | None, ModelField(description="a line below the title")] = None
        home: HttpsUrl | None = None
        asides: tuple[Line, ...] = ()

    grown = complete(Grown, DOCUMENTS["translation"].fields)
    assert grown.keys() - DOCUMENTS["translation"].fields.keys() >= {"subtitle", "home", "asides"}
    Grown.model_validate(
        {name: value for name, value in grown.items() if name in ("title", "subtitle", "home", "asides")}
        | {"source": grown["source"]}
    )


def test_only_the_fields_of_the_list_are_not_printed(sites: Sites) -> None:
    assert {field.name for field in sites.inbox.plain if not sites.printed(field)} == NEVER_PRINTED


def test_unprinted_fields_are_in_no_file_of_the_site(sites: Sites) -> None:
    words = [mark_of(plain).encode() for field, plain in sites.inbox.plain.items() if field.name in NEVER_PRINTED]
    assert words
    assert not [name for name, content in sites.plain.items() for word in words if word in content]


@pytest.mark.parametrize("share", range(_ROTATIONS))
def test_hostile_words_in_every_field_leave_the_site_as_it_is(sites: Sites, share: int) -> None:
    more = () if installed_lists.describe_missing() else lists.naughty_strings()
    checked = sites.check(sites.rotate(seeds_of_the_day(_ROTATIONS, sites.rotations(more))[share], more))
    assert checked.differences == []
    assert checked.changed == []
    assert checked.taken.total() > 20


def test_the_control_flags_every_printed_field(sites: Sites) -> None:
    flagged = flag_fields(sites)
    assert len(flagged) > 60
    assert [each.field for each in flagged if not any(each.flags.values())] == []
    # All but what stands in a text file, whose lines nothing escapes.
    assert [each.field for each in flagged if not each.flags["escaping"]] == ["site: security.contact"]
    # The defences work again.
    assert sites.build({}) == sites.plain


def test_a_polyglot_in_every_field_changes_no_page(sites: Sites) -> None:
    words = dict(sites.polyglots())
    checked = sites.check(words)
    assert checked.differences == []
    assert checked.refused.total() == 0
    assert checked.taken.total() == len(words)


def test_readers_accept_only_allowed_addresses(sites: Sites) -> None:
    read = set()
    for field, plain in sites.inbox.plain.items():
        for address in ADDRESSES if is_address(plain) else ():
            with suppress(Refused):
                read.add(sites.inbox.read_word(field, address.replace("{}", plain)))
    assert len(read) > 20
    assert [address for address in read if not GOOD_ADDRESS.fullmatch(address)] == []
