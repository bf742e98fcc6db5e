"""Names that the site needs for pages of its own: posts and clinics that have them, and moves from there."""

import pytest

from colophon.upload.keys import ClinicFile, ImageRef, PageRef, PostRef, PostWithdrawal, parse_key
from colophon.upload.site_page_names import names_site_page, site_page_problem
from tests.decision.builder import Uploads, folder
from tests.decision.files import CLINIC, CLINIC_FILE, drawing, record, text, withdrawal

NAMES = ("about", "tags", "2025", "0000")
FREE = ("20255", "202", "20a5", "year-2025", "about-us", "tag")


def post_of(name: str) -> PostRef:
    return PostRef(CLINIC, name)


@pytest.mark.parametrize("name", NAMES)
def test_keys_with_them_are_read_so_that_withdrawals_and_images_there_count(name: str) -> None:
    post = post_of(name)
    assert isinstance(parse_key(f"{post.folder}en.md"), PageRef)
    assert isinstance(parse_key(f"{post.folder}a.jpg"), ImageRef)
    assert isinstance(parse_key(f"{post.folder}withdrawal.yaml"), PostWithdrawal)
    assert isinstance(parse_key(f"clinics/{name}/clinic.yaml"), ClinicFile)


@pytest.mark.parametrize("name", FREE)
def test_other_names_are_as_good_as_before(name: str) -> None:
    assert not names_site_page("post", name)
    uploads = folder().put(f"{post_of(name).folder}en.md", text("A post"))
    assert uploads.decide().page("en", post_of(name)).shows == "page: A post"


def test_a_clinic_may_have_four_digits_as_years_stand_below_clinics() -> None:
    assert not names_site_page("clinic", "1004")


@pytest.mark.parametrize("name", NAMES)
def test_an_edition_of_such_a_post_is_refused_and_the_report_says_what_to_do(name: str) -> None:
    page = folder().put(f"{post_of(name).folder}en.md", text("A post")).decide().page("en", post_of(name))
    assert (page.shows, page.state) == ("nothing", "refused")
    assert page.problems == (site_page_problem("post", name),)
    assert name in page.problems[0].what
    assert page.problems[0].fix


@pytest.mark.parametrize(
    "then",
    [
        lambda uploads, key: uploads.put(key, text("Second")),
        lambda uploads, key: uploads.delete(key),
        lambda uploads, key: uploads.put(f"{post_of('2025').folder}withdrawal.yaml", withdrawal()),
        lambda uploads, key: uploads.put(f"{post_of('2025').folder}a.png", drawing(1)),
    ],
    ids=["a correction", "a deletion", "a withdrawal", "an image"],
)
def test_nothing_is_ever_put_at_an_address_of_the_site(then: object) -> None:
    key = f"{post_of('2025').folder}en.md"
    uploads = folder().put(key, text("First"))
    changed: Uploads = then(uploads, key)  # type: ignore[operator]
    assert changed.decide().page("en", post_of("2025")).shows == "nothing"
    assert changed.decide_at_once().page("en", post_of("2025")).shows == "nothing"


@pytest.mark.parametrize("name", ["about", "tags"])
def test_a_clinic_with_such_a_name_is_refused_and_its_posts_wait(name: str) -> None:
    post = PostRef(name, "first-steps")
    decisions = (
        folder().put(f"clinics/{name}/clinic.yaml", record()).put(f"{post.folder}en.md", text("A post")).decide()
    )
    outcomes = decisions.clinic(name).outcomes
    assert [outcome.state for outcome in outcomes] == ["refused"]
    assert outcomes[0].problems == (site_page_problem("clinic", name),)
    assert (decisions.page("en", post).shows, decisions.page("en", post).state) == ("nothing", "waiting")


@pytest.mark.parametrize("name", NAMES)
def test_a_move_from_such_an_address_is_told_and_makes_no_redirect(name: str) -> None:
    moved = folder().put("en.md", text("Moved", moved_from=[f"{CLINIC}/{name}", f"{CLINIC}/older"])).decide()
    page = moved.page("en")
    assert (page.shows, page.state) == ("page: Moved", "live")
    told = [problem for problem in page.problems if problem.field == "moved_from"]
    assert len(told) == 1
    assert f"{CLINIC}/{name}" in told[0].what
    assert told[0].severity == "warning"
    assert moved.page("en", post_of(name)).shows == "nothing"
    assert moved.page("en", post_of("older")).shows == "redirect: /en/dalbit/coughs/"


def test_a_clinic_with_an_ordinary_name_is_not_touched() -> None:
    assert folder().put(CLINIC_FILE, record(name="Dalbit")).decide().clinic().record is not None
