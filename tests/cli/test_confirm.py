"""What is said before readers lose something."""

from collections.abc import Sequence

import pytest

from colophon.listings.kind import EntryTraits
from colophon.upload.keys import ImageRef, PageRef, PostRef
from colophon_cli.confirm import confirm_return, confirm_withdrawal, loss_text
from colophon_ops.errors import Misused
from colophon_ops.readers import find_deleted_pages
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint
from colophon_ops.withdraw.subject import parse_target

COUGH, FEVER = PostRef("sorae", "cough"), PostRef("sorae", "fever")


def _footprint(what: str, pages: Sequence[PageRef], images: Sequence[ImageRef] = ()) -> Footprint:
    covered = tuple(EditionFootprint(page, present=True, sentences=frozenset(), listed_by=_NO_TRAITS) for page in pages)
    return Footprint(parse_target(what), covered, (), tuple(images), (), ())


_NO_TRAITS = EntryTraits()


def _pages(count: int) -> list[PageRef]:
    return [PageRef(PostRef("sorae", f"post-{number}"), "ko") for number in range(count)]


@pytest.mark.parametrize(
    ("what", "pages", "live", "told"),
    [
        (
            "sorae/cough/zh-Hans",
            [PageRef(COUGH, "zh-Hans")],
            1,
            "The edition sorae/cough/zh-Hans: 1 page in 1 post and",
        ),
        (
            "sorae/cough",
            [PageRef(COUGH, "ko"), PageRef(COUGH, "en")],
            2,
            "2 pages in 1 post and 2 languages stop being",
        ),
        (
            "sorae",
            [PageRef(COUGH, "ko"), PageRef(FEVER, "ko")],
            2,
            "The clinic sorae: 2 pages in 2 posts and 1 language",
        ),
        (
            "sorae",
            [PageRef(COUGH, "ko"), PageRef(FEVER, "ko")],
            1,
            "1 page in 1 post and 1 language stops being readable, ",
        ),
        ("sorae/cough", [PageRef(COUGH, "ko")], 0, "1 not shown now will not be"),
    ],
)
def test_the_question_names_what_readers_lose(what: str, pages: list[PageRef], live: int, told: str) -> None:
    assert told in loss_text(_footprint(what, pages), pages[:live])


def test_an_image_alone_is_named() -> None:
    footprint = _footprint("sorae/cough/a.jpg", [], [ImageRef(COUGH, "a.jpg")])
    assert loss_text(footprint, []) == "The image sorae/cough/a.jpg: the image stops being shown."


def test_without_a_terminal_only_many_pages_need_yes() -> None:
    """pytest's standard input is no terminal."""
    few, many = _pages(20), _pages(21)
    confirm_withdrawal(_footprint("sorae", few), lambda: few, yes=False)
    confirm_return(_footprint("sorae", few), yes=False)
    with pytest.raises(Misused, match="pass --yes"):
        confirm_withdrawal(_footprint("sorae", many), lambda: many, yes=False)
    with pytest.raises(Misused, match="pass --yes"):
        confirm_return(_footprint("sorae", many), yes=False)
    confirm_return(_footprint("sorae", many), yes=True)


def test_with_yes_nothing_is_read_for_a_question() -> None:
    def never() -> list[PageRef]:
        raise AssertionError

    confirm_withdrawal(_footprint("sorae", _pages(21)), never, yes=True)


def test_what_was_never_uploaded_is_not_withdrawn_by_mistake() -> None:
    with pytest.raises(Misused, match="was ever uploaded: check the name"):
        confirm_withdrawal(_footprint("sorae", []), list, yes=False)


@pytest.mark.parametrize(
    ("deleted", "lost"),
    [
        (["posts/sorae/cough/en.md"], {"posts/sorae/cough/en.md"}),
        (["clinics/sorae/clinic.yaml"], {"posts/sorae/cough/ko.md", "posts/sorae/cough/en.md"}),
        (["posts/sorae/cough/a.jpg", "site.css", "notes", "posts/sorae/cough/withdrawal.yaml"], set()),
    ],
)
def test_a_deleted_edition_takes_its_page_and_a_record_all_of_its_clinic(deleted: list[str], lost: set[str]) -> None:
    remaining = ["posts/sorae/cough/ko.md", "posts/sorae/cough/en.md", "posts/other/cough/ko.md", "site.yaml"]
    stay = [key for key in remaining if key not in deleted]
    assert {page.key for page in find_deleted_pages(deleted, stay)} == lost
