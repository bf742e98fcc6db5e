"""The JSON Schemas say what the readers say."""

import json
import re

import jsonschema
import pytest
from py_mini_racer import MiniRacer

from colophon_ops.schemas import build_schemas

EDITION = {
    "title": "a",
    "source": {"channel": "blog", "url": "https://a.kr/b", "posted": "2024-05-01", "title": "가"},
    "translation": {
        "at": "2024-05-02T10:00:00+09:00",
        "system": "b",
        "of": "0123456789abcdef",
        "review": {"by": "c", "at": "2024-05-03", "scope": "d", "of": "fedcba9876543210"},
    },
    "images": {"a.jpg": {"alt": "x", "kind": "photo"}},
    "tags": ["a"],
}


def test_every_kind_of_file_has_one() -> None:
    assert set(build_schemas()) == {"edition", "clinic", "glossary", "site", "withdrawal"}
    for schema in build_schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False


def test_patterns_are_those_of_json_schema() -> None:
    """JSON Schema core, 6.4: ECMA-262 with the flag u. Editors compile them so, and refuse the whole schema else."""
    patterns = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(build_schemas())))
    assert patterns
    with MiniRacer() as script:
        for pattern in patterns:
            script.eval(f"new RegExp({pattern}, 'u')")


def test_a_whole_front_matter_fits() -> None:
    jsonschema.validate(EDITION, build_schemas()["edition"])
    jsonschema.validate(
        {**EDITION, "translation": {"at": "x", "system": "b", "review": "none"}}, build_schemas()["edition"]
    )
    review = {"by": "c", "at": "2024-05-03", "scope": ["terms", "medical"]}
    jsonschema.validate(
        {**EDITION, "translation": {"at": "x", "system": "b", "review": review}}, build_schemas()["edition"]
    )


@pytest.mark.parametrize(
    "spoiled",
    [
        {"translation": {"at": "x", "system": "b", "of": "0123"}},
        {"translation": {"at": "x", "system": "b", "review": {"by": "c", "at": "x", "scope": ["grammar"]}}},
        {"titel": "b"},
        {"title": ""},
        {"source": {}},
        {"images": {"a": {"kind": "before-after"}}},
        {"tags": ["a"] * 51},
    ],
)
def test_a_spoiled_front_matter_does_not(spoiled: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**EDITION, **spoiled}, build_schemas()["edition"])


def test_a_withdrawal_must_have_its_date() -> None:
    assert "at" in build_schemas()["withdrawal"]["required"]
