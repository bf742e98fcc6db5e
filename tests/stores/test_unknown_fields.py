"""What newer code added to rows: kept with the row that was read last, and with no other."""

from typing import Any

import msgspec
import pytest

from colophon.decision.rows import ClinicRow, Outcome, PageRow
from colophon.stores.row_encoding import clinic_key, encode_attribute, encode_row, post_key
from colophon.stores.unknown_fields import UnknownFields
from colophon.trace import TRACE
from colophon.upload.keys import PostRef

KEY, OTHER = clinic_key("a"), clinic_key("b")
ROW = ClinicRow("a", 4, fp="fp")
POST = PostRef("a", "b")
MOOD = {"mood": '"good"'}


def item(key: dict[str, Any], fields: dict[str, str] | None = None, **attributes: Any) -> dict[str, Any]:
    """The item of the row with ``fields``, JSON by name, and ``attributes`` beside it."""
    encoded = encode_row(ROW)
    row = encoded["row"]["S"][:-1] + "".join(f',"{name}":{value}' for name, value in (fields or {}).items()) + "}"
    return {**key, **encoded, "row": {"S": row}, **attributes}


def kept(unknown: UnknownFields, key: dict[str, Any] = KEY) -> tuple[set[str], set[str]]:
    """The fields and the attributes that a row has more when it is written at ``key`` than this code gave it."""
    encoded = encode_row(ROW)
    written = unknown.keep(key, encoded)
    known, found = (msgspec.json.decode(each["row"]["S"]) for each in (encoded, written))
    assert {name: found[name] for name in known} == known
    assert written["n"] == encoded["n"]
    return set(found) - set(known), set(written) - set(encoded)


@pytest.mark.parametrize(
    ("found", "fields", "attributes"),
    [
        (item(KEY), set(), set()),
        (item(KEY, MOOD), {"mood"}, set()),
        (item(KEY, MOOD, colour={"S": "blue"}), {"mood"}, {"colour"}),
        # Each change says what it followed from.
        (item(KEY, None, **{TRACE: {"S": "5\nv1"}}), set(), set()),
        ({}, set(), set()),
        ({**KEY, "row": {"S": "{"}}, set(), set()),
    ],
)
def test_what_this_code_does_not_know_is_written_again(
    found: dict[str, Any], fields: set[str], attributes: set[str]
) -> None:
    unknown = UnknownFields()
    unknown.note(ClinicRow, found)
    assert kept(unknown) == (fields, attributes)
    assert kept(unknown, OTHER) == (set(), set())


def test_what_newer_code_took_away_does_not_come_back() -> None:
    unknown = UnknownFields()
    unknown.note(ClinicRow, item(KEY, MOOD, colour={"S": "blue"}))
    unknown.note(ClinicRow, item(KEY))
    assert kept(unknown) == (set(), set())


def test_a_thousand_items_are_remembered_and_the_newest_of_them() -> None:
    unknown = UnknownFields()
    unknown.note(ClinicRow, item(KEY, MOOD))
    for number in range(999):
        unknown.note(ClinicRow, item(clinic_key(f"c{number}"), MOOD))
    assert kept(unknown) == ({"mood"}, set())
    unknown.note(ClinicRow, item(KEY, MOOD))
    unknown.note(ClinicRow, item(OTHER, MOOD))
    assert [kept(unknown, key) for key in (KEY, OTHER, clinic_key("c0"), clinic_key("c1"))] == [
        ({"mood"}, set()),
        ({"mood"}, set()),
        (set(), set()),
        ({"mood"}, set()),
    ]


def test_each_row_of_a_post_has_its_own() -> None:
    unknown = UnknownFields()
    page = PageRow(Outcome("posts/a/b/en.md", "live", version="v"), n=3)
    encoded = encode_attribute(page)["M"]
    more = {**encoded, "row": {"S": encoded["row"]["S"][:-1] + ',"mood":"good"}'}}
    unknown.note_post({**post_key(POST), "L#en": {"M": more}, "L#ko": {"M": encoded}, "size": {"N": "1"}})
    written = {name: unknown.keep(post_key(POST), encoded, name) for name in ("L#en", "L#ko", "L#ja", "")}
    assert [name for name, each in written.items() if each != encoded] == ["L#en"]
    assert '"mood":"good"' in written["L#en"]["row"]["S"]
