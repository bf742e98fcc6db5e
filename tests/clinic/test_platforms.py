"""Every platform: how its addresses are read, and that nothing else has to know its kind."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from colophon.clinic.platforms import PLATFORMS, Platform, find_channel_publisher, find_publisher, platform_for
from colophon.clinic.record import Channel, ClinicRecord, owns_url
from colophon.language.served import served_languages
from colophon.language.words import words_for
from colophon.notices.texts import load_notice_file, platform_words
from colophon.problem import Misconfigured
from colophon.upload.keys import is_slug
from colophon.upload.validated import fields_by_path
from colophon_ops.new_post import create_post

SHARED = Path(__file__).parents[2] / "shared"
KINDS = [platform.kind for platform in PLATFORMS]
# Kinds that are ordinary words: they may be in code for another reason.
ORDINARY_WORDS = {"website", "other"}

of_each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.kind)


def _strings(path: Path) -> Iterator[str]:
    """The string constants of a module, without docstrings and comments."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
            yield node.value


def test_a_kind_names_one_platform() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert all(is_slug(kind) for kind in KINDS)


@of_each_platform
def test_the_example_of_a_platform_is_the_address_of_a_channel(platform: Platform) -> None:
    channel = Channel(kind=platform.kind, url=platform.example, name="x")
    assert owns_url(channel, platform.example)
    assert owns_url(channel, f"{platform.example}/1")


@of_each_platform
def test_a_hostile_address_is_on_no_platform(platform: Platform) -> None:
    channel, rest = (
        Channel(kind=platform.kind, url=platform.example, name="x"),
        platform.example.removeprefix("https://"),
    )
    host = rest.partition("/")[0]
    for url in (
        f"http://{rest}",
        f"https://me@{rest}",
        f"https://{rest.replace(host, f'{host}:8443')}",
        f"https://{rest.replace(host, f'{host}.evil.example')}",
        f"https://{rest.replace(host, f'{host}@evil.example')}",
        f"https://{rest}/../admin",
        f"https://{rest}/%2e%2e/admin",
        f"https://{rest}/a%2fb",
        "",
    ):
        assert not owns_url(channel, url), url


@of_each_platform
def test_the_words_for_a_platform_are_there_in_every_language(platform: Platform) -> None:
    for lang in served_languages():
        words = platform_words(platform.kind, lang, "XX")
        assert "XX" in words.post, lang
        assert words.place, lang
        assert words_for(lang).channel_kinds[platform.kind], lang


@pytest.mark.parametrize("lang", served_languages())
def test_no_language_has_words_for_a_platform_that_is_not_there(lang: str) -> None:
    assert set(words_for(lang).channel_kinds) == set(KINDS)
    assert set(load_notice_file(lang).platforms) == set(KINDS)


def test_schema_and_skeleton_list_every_kind(tmp_path: Path) -> None:
    kind = ClinicRecord.model_json_schema()["$defs"]["Channel"]["properties"]["kind"]
    assert kind["enum"] == KINDS
    described = fields_by_path(ClinicRecord)["channels", "*", "kind"].description or ""
    create_post("haneul/first", tmp_path)
    skeleton = (tmp_path / "clinics/haneul/clinic.yaml").read_text("utf-8")
    assert all(each in described and each in skeleton for each in KINDS)


def test_a_kind_that_no_platform_has_is_an_error_everywhere() -> None:
    for ask in (find_publisher, find_channel_publisher):
        with pytest.raises(Misconfigured, match="xx-platform"):
            ask("xx-platform", "https://clinic.example")
    with pytest.raises(Misconfigured, match="xx-platform"):
        platform_for("xx-platform")
    with pytest.raises(Misconfigured, match="xx-platform"):
        platform_words("xx-platform", "en", "Korean")


def test_only_the_registry_and_the_language_files_name_a_kind() -> None:
    """To add a platform is to change these files and no other."""
    registry = SHARED / "colophon/clinic/platforms.py"
    kinds = set(KINDS) - ORDINARY_WORDS
    naming = {
        str(path.relative_to(SHARED)): kind
        for path in SHARED.rglob("*.py")
        if path != registry
        for text in _strings(path)
        for kind in kinds
        if kind in text
    }
    naming |= {
        str(path.relative_to(SHARED)): kind
        for path in SHARED.glob("colophon/templates/*.*")
        for kind in kinds
        if kind in path.read_text("utf-8")
    }
    assert naming == {}


@of_each_platform
def test_an_address_of_another_platform_is_refused_with_an_example(platform: Platform) -> None:
    with pytest.raises(ValidationError) as refused:
        Channel(kind=platform.kind, url="https://else.example/../a", name="x")
    (error,) = refused.value.errors()
    assert platform.name in error["ctx"]["fix"]
    assert platform.example in error["ctx"]["fix"]
