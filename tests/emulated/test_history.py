"""Every version of a page that was published is told of: when, and what changed."""

import json
from collections.abc import Callable

import pytest

from colophon.stores.index import Index
from colophon_cli.page_history import print_page_history
from colophon_cli.terminal import out
from colophon_ops.page_history import PageHistory, page_histories
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture, withdrawal_file

History = list[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]]


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post in one language."""
    post = clinic.post()
    driver.put(post.key("en.md"), edition(title="As first written"))
    driver.settle()
    return post


def story(driver: StackDriver, post: Post, file: str = "en.md") -> PageHistory:
    (found,) = page_histories(index(driver), post.key(file))
    return found


def history_of(driver: StackDriver, post: Post, file: str = "en.md") -> History:
    """What stood, and what had changed with it, newest first."""
    versions = story(driver, post, file).versions
    assert [version.rev for version in versions] == list(range(len(versions), 0, -1))
    return [(v.kind, tuple((one.what, one.names) for one in v.differences)) for v in versions]


def newest(driver: StackDriver, post: Post, file: str = "en.md") -> tuple[tuple[str, tuple[str, ...]], ...]:
    return history_of(driver, post, file)[0][1]


def index(driver: StackDriver) -> Index:
    return Index(driver.stack.client("dynamodb"), driver.stack.table)


def test_the_first_publication_names_the_version_of_the_upload(driver: StackDriver, post: Post) -> None:
    (first,) = story(driver, post).versions
    assert history_of(driver, post) == [("page", (("first published", ()),))]
    assert first.version == driver.report(post.key("en.md"))["version"]
    assert first.at.utcoffset() is not None


def test_a_correction_names_the_fields_that_changed(driver: StackDriver, post: Post) -> None:
    more = 'corrections: [{at: 2026-03-02, note: "The dose was wrong."}]\n'
    driver.put(post.key("en.md"), edition(title="As corrected", more=more))
    driver.settle()
    assert newest(driver, post) == (("text", ("title", "corrections")),)
    driver.put(post.key("en.md"), edition(title="As corrected", more=more, body="Drink cold water."))
    driver.settle()
    assert newest(driver, post) == (("text", ("body",)),)
    assert len(history_of(driver, post)) == 3


def test_what_publishes_nothing_makes_no_history(driver: StackDriver, post: Post) -> None:
    driver.put(post.key("en.md"), edition(title="As first written"))
    driver.put(post.key("en.md"), edition(title="Refused", more="colour: none\n"))
    driver.settle()
    driver.put(post.key("en.md"), edition(title="Waiting", body="![A lung](lung.png)"))
    driver.settle()
    driver.send_message({"rings": [{"key": post.folder, "images": True}]})
    driver.settle()
    assert history_of(driver, post) == [("page", (("first published", ()),))]


def test_a_withdrawal_says_which_file_ordered_it_and_why_and_its_end_says_so(driver: StackDriver, post: Post) -> None:
    driver.put(post.key("withdrawal.yaml"), withdrawal_file("legal", "legal"))
    driver.settle()
    assert history_of(driver, post)[0] == ("legal", (("withdrawn", (post.key("withdrawal.yaml"),)),))
    assert story(driver, post).versions[0].reason == "legal"
    assert story(driver, post).versions[0].version == ""
    driver.put(post.key("withdrawal.yaml"), withdrawal_file("gone"))
    driver.settle()
    assert history_of(driver, post)[0] == ("gone", (("withdrawal changed", (post.key("withdrawal.yaml"),)),))
    driver.delete(post.key("withdrawal.yaml"))
    driver.settle()
    assert history_of(driver, post)[0] == ("page", (("reinstated", ()),))


def test_a_clinics_withdrawal_and_its_suspension_are_distinguished(
    driver: StackDriver, clinic: Clinic, post: Post
) -> None:
    driver.put(clinic.withdrawal_key, withdrawal_file())
    driver.settle()
    assert history_of(driver, post)[0] == ("gone", (("withdrawn", (clinic.withdrawal_key,)),))
    driver.put(clinic.key, clinic.record(status="suspended"))
    driver.delete(clinic.withdrawal_key)
    driver.settle()
    assert history_of(driver, post)[0] == ("absent", (("withdrawal ended", ()), ("waits", ())))
    assert "suspended" in story(driver, post).versions[0].reason
    driver.put(clinic.key, clinic.record())
    driver.settle()
    assert history_of(driver, post)[0] == ("page", (("back", ()),))


def test_what_a_refused_text_says_is_no_reason_that_its_history_keeps(
    driver: StackDriver, clinic: Clinic, post: Post
) -> None:
    driver.put(post.key("en.md"), edition(title="Refused", more="colour: none\n"))
    driver.put(clinic.key, clinic.record(status="suspended"))
    driver.settle()
    assert history_of(driver, post)[0] == ("absent", (("waits", ()),))
    assert (driver.state(post.key("en.md")), story(driver, post).versions[0].reason) == ("refused", "")


def test_a_deleted_file_and_its_return_are_recorded(driver: StackDriver, post: Post) -> None:
    driver.delete(post.key("en.md"))
    driver.settle()
    assert history_of(driver, post)[0] == ("absent", (("file deleted", ()),))
    driver.put(post.key("en.md"), edition(title="As written again"))
    driver.settle()
    assert history_of(driver, post)[0] == ("page", (("back", ()),))


def test_an_image_another_language_and_a_clinics_new_name_are_recorded_by_kind(
    driver: StackDriver, clinic: Clinic, post: Post
) -> None:
    driver.put(post.key("throat.png"), picture(1))
    driver.put(post.key("en.md"), edition(title="As first written", body="![A throat](throat.png)"))
    driver.settle()
    assert newest(driver, post) == (("text", ("body",)),)
    driver.put(post.key("throat.png"), picture(2))
    driver.settle()
    assert newest(driver, post) == (("images", ("throat.png",)),)
    driver.put(post.key("ko.md"), original())
    driver.settle()
    assert newest(driver, post) == (("languages", ("ko",)),)
    driver.put(clinic.key, clinic.record(english="Sorae Family Clinic"))
    driver.settle()
    assert newest(driver, post) == (("clinic", ()),)


def test_a_change_of_the_site_is_recorded_as_one(driver: StackDriver, post: Post) -> None:
    driver.put("site.yaml", SITE.replace("Corner", "Other"))
    driver.settle()
    assert newest(driver, post) == (("site", ()),)
    driver.put("site.yaml", SITE)
    driver.settle()


def test_a_change_of_code_is_recorded_as_code(driver: StackDriver, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    before = history_of(driver, post)
    for module in ("identity", "history"):
        monkeypatch.setattr(f"colophon.decision.{module}.code_version", lambda: "another")
    driver.send_message({"rings": [{"key": post.key("en.md")}]})
    driver.settle()
    assert history_of(driver, post) == before
    driver.send_message({"rings": [{"key": post.key("en.md"), "fresh": True}]})
    driver.settle()
    assert newest(driver, post) == (("code", ()),)


def test_an_edition_withdrawn_before_publication_is_never_recorded_as_published(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post("early")
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert history_of(driver, post) == [("gone", (("withdrawn", (post.key("withdrawal.yaml"),)),))]


def test_a_history_and_the_row_that_it_is_compared_with_keep_no_word_of_the_text(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post("secret")
    places = (f"history#{post.clinic}/{post.name}", f"post#{post.clinic}/{post.name}")
    for file, content in (
        ("en.md", edition(title="Zanzibar remedy", body="Quetzal feathers.")),
        ("en.md", edition(title="Zanzibar cure", body="Quetzal eggs.", more="tags: [quetzal]\n")),
        ("withdrawal.yaml", withdrawal_file()),
    ):
        driver.put(post.key(file), content)
        driver.settle()
        items = [item for item in index(driver).scan_items() if item["pk"]["S"] in places]
        assert not {word for word in ("zanzibar", "quetzal") if word in json.dumps(items).lower()}
    assert len(items) == 4


def test_a_history_is_printed_in_lines_and_never_on_the_site(
    driver: StackDriver, post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    driver.put(post.key("en.md"), edition(title="As corrected"))
    driver.put(post.key("en.md.withdrawal.yaml"), withdrawal_file("withdrawn"))
    driver.settle()
    driver.delete(post.key("en.md.withdrawal.yaml"))
    driver.settle()
    found = story(driver, post)
    print_page_history(out(), found)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"  Shows rev 3, made from version {found.part.outcome.version} (the newest)."
    words = ("reinstated", "withdrawn by", "first published")
    assert [word in line for word, line in zip(words, lines[2:], strict=True)] == [True] * 3
    assert "(withdrawn, clinic-request)" in lines[3]
    assert f"{found.versions[-1].at:%Y-%m-%d %H:%M:%S}" in lines[4]
    assert all(f"{version.at:%Y-%m-%d}" not in driver.fetch(post.path("en")).text for version in found.versions)


def test_an_edition_that_was_never_live_is_not_recorded_as_withdrawn_or_reinstated(
    driver: StackDriver, new_clinic: Callable[[], Clinic], capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = new_clinic()
    post = clinic.post()
    driver.put(clinic.key, clinic.record(status="suspended"))
    driver.settle()
    driver.put(post.key("en.md"), edition())
    driver.settle()
    driver.put(clinic.key, clinic.record())
    driver.settle()
    driver.put(clinic.key, clinic.record(status="suspended"))
    driver.settle()
    print_page_history(out(), story(driver, post))
    said = " ".join(capsys.readouterr().out.split())
    assert (said.count("not shown: it waits"), said.count("taken down: it waits")) == (1, 1)
    assert said.index("taken down: it waits") < said.index("first published") < said.index("not shown: it waits")
    assert "published again" not in said


def test_a_folder_tells_of_every_page_in_it(driver: StackDriver, new_clinic: Callable[[], Clinic]) -> None:
    post = new_clinic().post()
    driver.put(post.key("ko.md"), original())
    driver.put(post.key("en.md"), edition())
    driver.settle()
    stories = page_histories(index(driver), post.folder.rstrip("/"))
    assert [(one.page.lang, one.languages) for one in stories] == [("en", ("ko",)), ("ko", ("en",))]
    assert json.loads(json.dumps([one.as_json() for one in stories]))[0]["history"][-1]["rev"] == 1
    assert (
        page_histories(index(driver), post.key("throat.png")) == page_histories(index(driver), "clinics/nobody") == ()
    )
