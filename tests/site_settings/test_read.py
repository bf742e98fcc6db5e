"""Reading site.yaml."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.language.served import served_languages
from colophon.problem import Refused
from colophon.site_settings import next_security_notice, read_site, security_problems

SITE = """\
url: https://read.example.org
name: {en: Clinic posts}
about:
  en: |
    One.

    Two.
languages: [ko, en]
time_zone: Asia/Seoul
contact: mailto:desk@example.org
"""


def test_whole_settings_are_read() -> None:
    site = read_site(SITE.encode())
    assert site.url == "https://read.example.org"
    assert site.languages == ("ko", "en")
    assert site.original_language == "ko"
    assert site.notices.medical
    assert site.about["en"] == "One.\n\nTwo."
    assert site.title("ja") == "Clinic posts"


@pytest.mark.parametrize("word", ["true", "false"])
def test_notices_are_switched_by_true_and_false(word: str) -> None:
    assert read_site(f"{SITE}notices: {{medical: {word}}}\n".encode()).notices.medical is (word == "true")


@pytest.mark.parametrize(("line", "shown"), [("", True), ("beside: true\n", True), ("beside: false\n", False)])
def test_originals_beside_translations_can_be_switched_off(line: str, shown: bool) -> None:
    """On by itself, as the permission of each clinic decides."""
    assert read_site(f"{SITE}{line}".encode()).beside is shown


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "https://a.kr:8443"])
def test_a_local_address_may_go_without_encryption(url: str) -> None:
    assert read_site(SITE.replace("https://read.example.org", url).encode()).url == url


def test_every_language_with_notices_can_be_used() -> None:
    read_site(SITE.replace("[ko, en]", f"[{', '.join(served_languages())}]").encode())


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("https://read", "http://read", 1, "url"),
        ("example.org\nname", "example.org/\nname", 1, "url"),
        ("example.org\nname", "example.org/x\nname", 1, "url"),
        ("https://read", "http://localhost.read", 1, "url"),
        ("https://read", "https://me@read", 1, "url"),
        ("{en: Clinic posts}", "{}", 2, "name"),
        ("{en: Clinic posts}", "{EN: Clinic posts}", 2, "name.EN"),
        ("{en: Clinic posts}", "Clinic posts", 2, "name"),
        ("  en: |", "  english: |", 4, "about.english"),
        ("[ko, en]", "[]", 8, "languages"),
        ("[ko, en]", "[ko, xx]", 8, "languages.1"),
        ("[ko, en]", "[ko, en, en]", 8, "languages"),
        ("[ko, en]", "[en]", None, "original_language"),
        ("[ko, en]", "[ko, en]\noriginal_language: ja", 9, "original_language"),
        ("Asia/Seoul", "Asia", 9, "time_zone"),
        ("Asia/Seoul", "KST", 9, "time_zone"),
        ("Asia/Seoul", "../etc/passwd", 9, "time_zone"),
        ("mailto:desk@example.org", "desk@example.org", 10, "contact"),
        ("mailto:desk@example.org", "mailto:desk", 10, "contact"),
        ("mailto:desk@example.org", "javascript:x", 10, "contact"),
        ("mailto:desk@example.org", "http://example.org", 10, "contact"),
        ("contact:", "notices: {medical: yes}\ncontact:", 10, "notices.medical"),
        ("contact:", "beside: below\ncontact:", 10, "beside"),
        ("contact:", "kontact: x\ncontact:", 10, "kontact"),
    ],
)
def test_each_flaw_is_told_with_line_and_field(old: str, new: str, line: int | None, field: str) -> None:
    with pytest.raises(Refused) as refused:
        read_site(SITE.replace(old, new, 1).encode())
    assert [(problem.line, problem.field) for problem in refused.value.problems] == [(line, field)]


@settings(deadline=2000)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (SITE + text).encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert read_site(content).languages
    except Refused as refused:
        assert refused.problems  # noqa: PT017


@pytest.mark.parametrize("tag", ["en-GB", "en-US", "en-001", "ja-JP", "zh-Hans-CN", "zh-Hans-SG"])
def test_a_region_of_a_language_with_notices_can_be_used(tag: str) -> None:
    site = read_site(SITE.replace("[ko, en]", f"[ko, {tag}]").encode())
    assert site.languages == ("ko", tag)
    assert site.title(tag) == "Clinic posts"


@pytest.mark.parametrize(
    ("tag", "fix"),
    [
        ("zh-CN", "Write zh-Hans."),
        ("zh", "Write zh-Hans."),
        ("cn", "Write zh-Hans."),
        ("kr", "Write ko."),
        ("jp", "Write ja."),
        ("en_US", "Write en."),
        ("EN", "Write en."),
        ("korean", "Write ko."),
        ("zh-TW", "Use languages that have notices"),
        ("fr", "Use languages that have notices"),
        ("en-x-mine", "Write en."),
    ],
)
def test_any_other_is_refused_with_the_tag_to_write(tag: str, fix: str) -> None:
    with pytest.raises(Refused) as refused:
        read_site(SITE.replace("[ko, en]", f"[ko, {tag}]").encode())
    (problem,) = (each for each in refused.value.problems if each.field == "languages.1")
    assert fix in problem.fix
    if fix.startswith("Write "):
        advised = fix.removeprefix("Write ").removesuffix(".")
        assert (
            advised
            in read_site(SITE.replace("[ko, en]", f"[ko, {advised}]".replace("ko, ko", "ko")).encode()).languages
        )


def test_a_comment_after_a_value_is_a_warning_that_the_settings_keep() -> None:
    site = read_site(SITE.replace("Asia/Seoul", "Asia/Seoul # as the clinics").encode())
    assert [(problem.line, problem.field, problem.severity) for problem in site.warnings] == [
        (9, "time_zone", "warning")
    ]
    assert read_site(SITE.encode()).warnings == ()


def test_a_list_whose_entries_are_all_refused_is_not_also_called_empty() -> None:
    with pytest.raises(Refused) as refused:
        read_site(SITE.replace("[ko, en]", "[kr, jp]").encode())
    fields = [problem.field for problem in refused.value.problems]
    assert fields[:2] == ["languages.0", "languages.1"]
    assert "languages" not in fields


def test_a_colour_is_read_and_a_faint_one_is_told() -> None:
    site = read_site(f'{SITE}colour: "#1F6F64"\n'.encode())
    assert (site.colour, site.warnings) == ("#1f6f64", ())
    faint = read_site(f'{SITE}colour: "#ffe000"\n'.encode())
    assert faint.colour == "#ffe000"
    (problem,) = faint.warnings
    assert (problem.field, problem.line, problem.severity) == ("colour", 11, "warning")
    assert "1.3 to 1" in problem.what


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("colour: teal", "colour"),
        ('colour: "#1f6f6"', "colour"),
        ("colour: #1f6f64", "colour"),
        ("security: {contact: mailto:safe@example.org}", "security.expires"),
        ("security: {expires: 2027-01-31T00:00:00Z}", "security.contact"),
        ("security: {contact: safe@example.org, expires: 2027-01-31T00:00:00Z}", "security.contact"),
        ("security: {contact: mailto:safe@example.org, expires: 2027-01-31}", "security.expires"),
        ("security: {contact: mailto:safe@example.org, expires: 2027-01-31T00:00:00Z, key: x}", "security.key"),
    ],
)
def test_what_is_wrong_with_the_look_or_the_security_contact_is_told(more: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        read_site(f"{SITE}{more}\n".encode())
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_security_contact_is_told_a_month_before_it_expires_and_after() -> None:
    site = read_site(f"{SITE}security: {{contact: mailto:safe@example.org, expires: 2027-01-31T00:00:00Z}}\n".encode())
    expires = datetime(2027, 1, 31, tzinfo=UTC)
    notice, second = expires - timedelta(days=30), timedelta(seconds=1)
    told = {
        moment: [problem.what.split()[1] for problem in security_problems(site, moment)]
        for moment in (notice - second, notice, expires - second, expires)
    }
    assert list(told.values()) == [[], ["expires"], ["expires"], ["expired"]]
    # Each moment at which the report changes is known before.
    assert next_security_notice(site, notice - second) == notice
    assert next_security_notice(site, notice) == expires
    assert next_security_notice(site, expires) is None
    assert next_security_notice(read_site(SITE.encode()), expires) is None
