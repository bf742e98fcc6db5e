"""Every version of a page that was published is told of: when, and what changed."""

import json
from collections.abc import Callable

import pytest

from colophon.stores.index import Index
from colophon_cli.page_history import print_page_history
from colophon_cli.terminal import out
from colophon_ops.page_history import PageHistory, page_histories
from tests.emulated.desk import Desk
from tests.emulated.uploads import SITE, Clinic, Post, edition, order, original, picture

Told = list[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]]


@pytest.fixture
def post(desk: Desk, clinic: Clinic) -> Post:
    """A live post in one language."""
    post = clinic.post()
    desk.put(post.key("en.md"), edition(title="As first written"))
    desk.settle()
    return post


def story(desk: Desk, post: Post, file: str = "en.md") -> PageHistory:
    (found,) = page_histories(index(desk), post.key(file))
    return found


def told(desk: Desk, post: Post, file: str = "en.md") -> Told:
    """What stood, and what had changed with it, newest first."""
    versions = story(desk, post, file).versions
    assert [version.rev for version in versions] == list(range(len(versions), 0, -1))
    return [(v.stands, tuple((one.what, one.names) for one in v.differences)) for v in versions]


def newest(desk: Desk, post: Post, file: str = "en.md") -> tuple[tuple[str, tuple[str, ...]], ...]:
    return told(desk, post, file)[0][1]


def index(desk: Desk) -> Index:
    return Index(desk.stack.client("dynamodb"), desk.stack.table)


def test_the_first_publication_names_the_version_of_the_upload(desk: Desk, post: Post) -> None:
    (first,) = story(desk, post).versions
    assert told(desk, post) == [("page", (("first published", ()),))]
    assert first.version == desk.report(post.key("en.md"))["version"]
    assert first.at.utcoffset() is not None


def test_a_correction_names_the_fields_that_changed(desk: Desk, post: Post) -> None:
    more = 'corrections: [{at: 2026-03-02, note: "The dose was wrong."}]\n'
    desk.put(post.key("en.md"), edition(title="As corrected", more=more))
    desk.settle()
    assert newest(desk, post) == (("text", ("title", "corrections")),)
    desk.put(post.key("en.md"), edition(title="As corrected", more=more, body="Drink cold water."))
    desk.settle()
    assert newest(desk, post) == (("text", ("body",)),)
    assert len(told(desk, post)) == 3


def test_what_publishes_nothing_makes_no_history(desk: Desk, post: Post) -> None:
    desk.put(post.key("en.md"), edition(title="As first written"))
    desk.put(post.key("en.md"), edition(title="Refused", more="colour: none\n"))
    desk.settle()
    desk.put(post.key("en.md"), edition(title="Waiting", body="![A lung](lung.png)"))
    desk.settle()
    desk.ring({"rings": [{"key": post.folder, "images": True}]})
    desk.settle()
    assert told(desk, post) == [("page", (("first published", ()),))]


def test_a_withdrawal_says_which_file_ordered_it_and_why_and_its_end_says_so(desk: Desk, post: Post) -> None:
    desk.put(post.key("withdrawal.yaml"), order("legal", "legal"))
    desk.settle()
    assert told(desk, post)[0] == ("legal", (("withdrawn", (post.key("withdrawal.yaml"),)),))
    assert story(desk, post).versions[0].reason == "legal"
    assert story(desk, post).versions[0].version == ""
    desk.put(post.key("withdrawal.yaml"), order("gone"))
    desk.settle()
    assert told(desk, post)[0] == ("gone", (("withdrawal changed", (post.key("withdrawal.yaml"),)),))
    desk.delete(post.key("withdrawal.yaml"))
    desk.settle()
    assert told(desk, post)[0] == ("page", (("reinstated", ()),))


def test_a_clinics_withdrawal_and_its_suspension_are_told_apart(desk: Desk, clinic: Clinic, post: Post) -> None:
    desk.put(clinic.order_key, order())
    desk.settle()
    assert told(desk, post)[0] == ("gone", (("withdrawn", (clinic.order_key,)),))
    desk.put(clinic.key, clinic.record(status="suspended"))
    desk.delete(clinic.order_key)
    desk.settle()
    assert told(desk, post)[0] == ("absent", (("withdrawal ended", ()), ("waits", ())))
    assert "suspended" in story(desk, post).versions[0].reason
    desk.put(clinic.key, clinic.record())
    desk.settle()
    assert told(desk, post)[0] == ("page", (("back", ()),))


def test_what_a_refused_text_says_is_no_reason_that_its_history_keeps(desk: Desk, clinic: Clinic, post: Post) -> None:
    desk.put(post.key("en.md"), edition(title="Refused", more="colour: none\n"))
    desk.put(clinic.key, clinic.record(status="suspended"))
    desk.settle()
    assert told(desk, post)[0] == ("absent", (("waits", ()),))
    assert (desk.state(post.key("en.md")), story(desk, post).versions[0].reason) == ("refused", "")


def test_a_deleted_file_and_its_return_are_told(desk: Desk, post: Post) -> None:
    desk.delete(post.key("en.md"))
    desk.settle()
    assert told(desk, post)[0] == ("absent", (("file deleted", ()),))
    desk.put(post.key("en.md"), edition(title="As written again"))
    desk.settle()
    assert told(desk, post)[0] == ("page", (("back", ()),))


def test_an_image_another_language_and_a_clinics_new_name_are_told_by_what_they_are(
    desk: Desk, clinic: Clinic, post: Post
) -> None:
    desk.put(post.key("throat.png"), picture(1))
    desk.put(post.key("en.md"), edition(title="As first written", body="![A throat](throat.png)"))
    desk.settle()
    assert newest(desk, post) == (("text", ("body",)),)
    desk.put(post.key("throat.png"), picture(2))
    desk.settle()
    assert newest(desk, post) == (("images", ("throat.png",)),)
    desk.put(post.key("ko.md"), original())
    desk.settle()
    assert newest(desk, post) == (("languages", ("ko",)),)
    desk.put(clinic.key, clinic.record(english="Sorae Family Clinic"))
    desk.settle()
    assert newest(desk, post) == (("clinic", ()),)


def test_a_change_of_the_site_is_told_as_one(desk: Desk, post: Post) -> None:
    desk.put("site.yaml", SITE.replace("Corner", "Other"))
    desk.settle()
    assert newest(desk, post) == (("site", ()),)
    desk.put("site.yaml", SITE)
    desk.settle()


def test_code_that_makes_pages_otherwise_is_told_as_code(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("page", "look", "history"):
        monkeypatch.setattr(f"colophon.decision.{module}.code_version", lambda: "another")
    desk.ring({"rings": [{"key": post.key("en.md")}]})
    desk.settle()
    assert newest(desk, post) == (("code", ()),)


def test_a_text_that_was_withdrawn_before_it_was_published_is_never_told_as_published(
    desk: Desk, clinic: Clinic
) -> None:
    post = clinic.post("early")
    desk.put(post.key("withdrawal.yaml"), order())
    desk.put(post.key("en.md"), edition())
    desk.settle()
    assert told(desk, post) == [("gone", (("withdrawn", (post.key("withdrawal.yaml"),)),))]


def test_a_history_and_the_row_that_it_is_compared_with_keep_no_word_of_the_text(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post("secret")
    places = (f"history#{post.clinic}/{post.name}", f"post#{post.clinic}/{post.name}")
    for file, content in (
        ("en.md", edition(title="Zanzibar remedy", body="Quetzal feathers.")),
        ("en.md", edition(title="Zanzibar cure", body="Quetzal eggs.", more="tags: [quetzal]\n")),
        ("withdrawal.yaml", order()),
    ):
        desk.put(post.key(file), content)
        desk.settle()
        items = [item for item in index(desk).items() if item["pk"]["S"] in places]
        assert not {word for word in ("zanzibar", "quetzal") if word in json.dumps(items).lower()}
    assert len(items) == 4


def test_a_history_is_told_in_lines_and_never_by_the_site(
    desk: Desk, post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    desk.put(post.key("en.md"), edition(title="As corrected"))
    desk.put(post.key("en.md.withdrawal.yaml"), order("withdrawn"))
    desk.settle()
    desk.delete(post.key("en.md.withdrawal.yaml"))
    desk.settle()
    found = story(desk, post)
    print_page_history(out(), found)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"  Shows rev 3, made from version {found.part.outcome.version} (the newest)."
    words = ("reinstated", "withdrawn by", "first published")
    assert [word in line for word, line in zip(words, lines[2:], strict=True)] == [True] * 3
    assert "(withdrawn, clinic-request)" in lines[3]
    assert f"{found.versions[-1].at:%Y-%m-%d %H:%M:%S}" in lines[4]
    assert all(f"{version.at:%Y-%m-%d}" not in desk.show(post.path("en")).text for version in found.versions)


def test_what_was_never_up_is_not_told_as_taken_down_nor_as_up_again(
    desk: Desk, new_clinic: Callable[[], Clinic], capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = new_clinic()
    post = clinic.post()
    desk.put(clinic.key, clinic.record(status="suspended"))
    desk.settle()
    desk.put(post.key("en.md"), edition())
    desk.settle()
    desk.put(clinic.key, clinic.record())
    desk.settle()
    desk.put(clinic.key, clinic.record(status="suspended"))
    desk.settle()
    print_page_history(out(), story(desk, post))
    said = " ".join(capsys.readouterr().out.split())
    assert (said.count("not shown: it waits"), said.count("taken down: it waits")) == (1, 1)
    assert said.index("taken down: it waits") < said.index("first published") < said.index("not shown: it waits")
    assert "published again" not in said


def test_a_folder_tells_of_every_page_in_it(desk: Desk, new_clinic: Callable[[], Clinic]) -> None:
    post = new_clinic().post()
    desk.put(post.key("ko.md"), original())
    desk.put(post.key("en.md"), edition())
    desk.settle()
    stories = page_histories(index(desk), post.folder.rstrip("/"))
    assert [(one.page.lang, one.languages) for one in stories] == [("en", ("ko",)), ("ko", ("en",))]
    assert json.loads(json.dumps([one.as_json() for one in stories]))[0]["history"][-1]["rev"] == 1
    assert page_histories(index(desk), post.key("throat.png")) == page_histories(index(desk), "clinics/nobody") == ()
