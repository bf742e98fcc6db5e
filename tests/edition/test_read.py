"""Reading an edition: what is right comes through as it is, what is wrong is told at once with its place."""

from datetime import date

import pytest

from colophon.edition.read import read_edition
from colophon.problem import Refused
from colophon.upload.limits import MAX_EDITION_BYTES, MAX_FRONT_MATTER_BYTES
from tests.edition.editions import BODY, BODY_LINE, FRONT, edition_file, problems_of, read, told


def test_a_whole_edition_is_read_with_its_fields_as_text_and_dates() -> None:
    edition = read(more="tags: [no, 1.10, 12:30:45]\nexcerpt: Short.\n")
    assert edition.lang == "en"
    assert edition.front_matter.title == "What fractional lasers do"
    assert edition.front_matter.source.posted == date(2024, 5, 1)
    assert edition.front_matter.tags == ("no", "1.10", "12:30:45")
    assert edition.excerpt == "Short."
    assert not edition.is_original
    assert edition.warnings == ()


def test_json_front_matter_says_the_same_as_yaml() -> None:
    front = (
        '{"title": "What fractional lasers do", "source": {"channel": "blog",\n'
        '"url": "https://blog.naver.com/bomnal/221", "posted": "2024-05-01", "title": "프락셀 레이저 이야기"},\n'
        '"translation": {"at": "2024-05-02T10:00:00+09:00", "system": "Lingua 4"}}\n'
    )
    assert read(front=front).front_matter == read().front_matter


def test_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    content = edition_file("One.\n\nTwo.\n")
    assert read_edition("en", b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")) == read_edition("en", content)


def test_text_is_normalised_and_stripped() -> None:
    assert (
        read(front=FRONT.replace("What fractional", '"  Cafe\u0301 ').replace("lasers do", 'x"')).front_matter.title
        == "Café  x"
    )


def test_corrections_come_out_newest_first() -> None:
    more = "corrections:\n  - {at: 2024-06-01, note: old}\n  - {at: 2024-08-01, note: new}\n"
    assert [correction.note for correction in read(more=more).front_matter.corrections] == ["new", "old"]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (("title: What", "titel: What"), [(None, "title"), (2, "titel")]),
        (("title: What fractional lasers do", "title:"), [(2, "title")]),
        (("title: What fractional lasers do", "title: null"), [(2, "title")]),
        (("title: What fractional lasers do", 'title: ""'), [(2, "title")]),
        (("title: What fractional lasers do", 'title: "\\u3164"'), [(2, "title")]),
        (("title: What fractional lasers do", 'title: "a\\u202eb"'), [(2, "title")]),
        (("title: What fractional lasers do", 'title: "a\\u0000b"'), [(2, "title")]),
        (("title: What fractional lasers do", "title: [a]"), [(2, "title")]),
        (("title: What", "title: &a What"), [(2, "title")]),
        (("title: What", "title: !!str What"), [(2, "title")]),
        (("channel: blog", "channel: blog\n  channel: site"), [(5, "source.channel")]),
        (("url: https:", "url: http:"), [(5, "source.url")]),
        (("https://blog", "https://user@blog"), [(5, "source.url")]),
        (("posted: 2024-05-01", "posted: 2024-05-32"), [(6, "source.posted")]),
        (("posted: 2024-05-01", "posted: 1714521600"), [(6, "source.posted")]),
        (("posted: 2024-05-01", "posted: 2024-05-02"), []),
        (("posted: 2024-05-01", "posted: 2024-05-04"), [(9, "translation.at")]),
        (("10:00:00+09:00", "10:00:00"), [(9, "translation.at")]),
        (("10:00:00+09:00", "25:00:00+09:00"), [(9, "translation.at")]),
        (("10:00:00+09:00", "10:00:00+15:00"), [(9, "translation.at")]),
        (("  system: Lingua 4\n", ""), [(8, "translation.system")]),
        (("Lingua 4\n", "Lingua 4\n  review: checked\n"), [(11, "translation.review")]),
        (
            ("Lingua 4\n", "Lingua 4\n  review: {by: Kim}\n"),
            [(11, "translation.review.at"), (11, "translation.review.scope")],
        ),
        (("title: What", "title: : What"), [(2, "")]),
        (("source:\n", "source: *a\nmore:\n"), [(3, "source"), (4, "more")]),
        (("title: What", "- What"), [(2, "")]),
    ],
)
def test_each_flaw_of_the_fields_is_told_with_line_and_field(
    spoil: tuple[str, str], expected: list[tuple[int | None, str]]
) -> None:
    found = told(edition_file(front=FRONT.replace(*spoil, 1)))
    assert sorted(found, key=str) == sorted([(line, field, "error") for line, field in expected], key=str)


@pytest.mark.parametrize(
    ("more", "line", "field", "severity"),
    [
        ("images: {a.jpg: {alt: x, kind: before-after}}\n", 11, "images.a.jpg.kind", "error"),
        ("images:\n  a.jpg:\n    credit_url: https://a.kr\n", 13, "images.a.jpg.credit_url", "error"),
        ("images:\n  a/b.jpg: {alt: x}\n", 12, "images.a/b.jpg", "error"),
        ("images:\n  a.svg: {alt: x}\n", 12, "images.a.svg", "error"),
        ("images:\n  a.jpg: {alt: x}\n", 12, "images.a.jpg", "warning"),
        ("tags: [skin, skin]\n", 11, "tags", "error"),
        (f"tags: [{', '.join(map(str, range(51)))}]\n", 11, "tags", "error"),
        (f"images: {{{', '.join(f'{n}.jpg: {{}}' for n in range(51))}}}\n", 11, "images", "error"),
        ("moved_from: [bomnal/old, bomnal/old]\n", 11, "moved_from", "error"),
        ("moved_from:\n  - bomnal/old\n  - Old\n", 13, "moved_from.1", "error"),
        ("moved_from: [bomnal/images]\n", 11, "moved_from.0", "error"),
        ("publish_at: tomorrow\n", 11, "publish_at", "error"),
        ("corrections: [{at: 2024-06-01, note: ' '}]\n", 11, "corrections.0.note", "error"),
        ("posted: 2024-06-01\n", 11, "posted", "error"),
        ("a: {b: {c: {d: {e: {f: {g: {h: {i: j}}}}}}}}\n", 11, "a.b.c.d.e.f.g.h", "error"),
        ("excerpt: |\n  one\n  two\n", 0, "", ""),
    ],
)
def test_each_flaw_of_the_optional_fields_is_told_with_line_and_field(
    more: str, line: int, field: str, severity: str
) -> None:
    found = told(edition_file(more=more))
    assert (line, field, severity) in found if severity else not found


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"", 1, "empty"),
        (b" \n\t\n", 1, "empty"),
        (BODY.encode(), 1, "no front matter"),
        (b"\n" + edition_file(), 1, "no front matter"),
        (f"---\n{FRONT}".encode(), 1, "never closed"),
        (edition_file("a\x00b"), BODY_LINE, "U+0000"),
        (edition_file("ok\na\x85b"), BODY_LINE + 1, "U+0085"),
        (edition_file().replace(b"What", b"Wh\xff"), 2, "UTF-8"),
        (edition_file("프락셀").replace("프락셀".encode(), "프락셀".encode("cp949")), 7, "UTF-8"),
        (edition_file().decode().encode("utf-16"), 1, "UTF-16"),
        (edition_file("x" * MAX_EDITION_BYTES), None, "bytes"),
        (edition_file(more="#" * MAX_FRONT_MATTER_BYTES + "\n"), None, "bytes"),
        (edition_file("").rstrip(), 11, "neither text nor images"),
        (edition_file("\n---\n"), BODY_LINE - 1, "neither text nor images"),
        (edition_file("&nbsp;\n"), BODY_LINE - 1, "neither text nor images"),
    ],
)
def test_what_can_not_be_read_at_all_says_why(content: bytes, line: int | None, word: str) -> None:
    (problem,) = problems_of(content)
    assert word in problem.what
    if line != BODY_LINE - 1:
        assert problem.line == line
    assert problem.fix.endswith(".")


def test_front_matter_body_and_what_lies_between_are_told_together() -> None:
    more = "posted: 2024-05-01\nimages: {a.jpg: {credit_url: 'https://a.kr'}}\n"
    found = told(edition_file("<b>x</b>\n\n[a](http://b.kr)\n", FRONT.replace("2024-05-02T", "2024-04-02T"), more))
    assert found == [
        (9, "translation.at", "error"),
        (11, "posted", "error"),
        (12, "images.a.jpg.credit_url", "error"),
        (14, "", "error"),
        (16, "", "error"),
    ]


def test_an_unknown_field_is_answered_with_the_one_that_was_meant() -> None:
    fixes = {p.field: p.fix for p in problems_of(edition_file(more="posted: 2024-05-01\ntag: [a]\nzzzzzz: 1\n"))}
    assert "source.posted" in fixes["posted"]
    assert "tags" in fixes["tag"]
    assert "mean" not in fixes["zzzzzz"]


def test_before_and_after_pictures_are_refused_with_the_reason() -> None:
    (problem,) = (
        p for p in problems_of(edition_file(more="images: {a.jpg: {kind: Before/After}}\n")) if p.severity == "error"
    )
    assert "medical advertising" in problem.what


def test_a_translation_counts_as_before_the_original_only_where_it_is_so_in_every_zone() -> None:
    front = FRONT.replace("posted: 2024-05-01", "posted: 2024-05-03")
    assert told(edition_file(front=front.replace("10:00:00+09:00", "18:59:00+09:00"))) == [
        (9, "translation.at", "error")
    ]
    assert told(edition_file(front=front.replace("10:00:00+09:00", "19:00:00+09:00"))) == []


def test_a_name_of_an_image_given_in_two_normal_forms_is_given_twice() -> None:
    more = "images:\n  \uac00.jpg: {alt: a}\n  \u1100\u1161.jpg: {alt: b}\n"
    assert (13, "images.\uac00.jpg", "error") in told(edition_file("![](\u1100\u1161.jpg)", more=more))


def test_a_word_that_mixes_look_alike_letters_is_a_warning() -> None:
    assert told(edition_file(front=FRONT.replace("What", "Wh\u0430t"))) == [(2, "title", "warning")]


def test_a_flood_of_problems_is_cut_and_counted() -> None:
    problems = problems_of(edition_file("\n".join(f"[a](http://b.kr/{n})\n" for n in range(500))))
    assert len(problems) <= 61
    assert problems[-1].line is None


def test_an_edition_without_translation_is_an_original() -> None:
    front = FRONT[: FRONT.index("translation")]
    assert read_edition("ko", edition_file(front=front)).is_original


def test_refusing_is_the_only_way_to_fail() -> None:
    with pytest.raises(Refused):
        read_edition("en", b"---\n---\n")
