"""A file name that came in two Unicode spellings: one counts, the other says so, and neither is ever forgotten."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from tests.emulated.desk import Desk
from tests.emulated.tree import built, standing_in
from tests.emulated.uploads import SITE, Clinic, Post, edition, order, picture

NAME = "목 사진.png"
COMPOSED, DECOMPOSED = unicodedata.normalize("NFC", NAME), unicodedata.normalize("NFD", NAME)


def test_the_composed_one_counts_and_the_other_is_told_which_does(desk: Desk, clinic: Clinic) -> None:
    post = _with_decomposed(desk, clinic)
    first = desk.report(post.key(DECOMPOSED))["url"]
    desk.put(post.key(COMPOSED), picture(shade=200))
    desk.settle()
    assert desk.state(post.key(DECOMPOSED)) == "superseded"
    assert f"The one that counts is {post.key(COMPOSED)}." in desk.told(post.key(DECOMPOSED))
    second = desk.report(post.key(COMPOSED))["url"]
    assert second != first
    assert second in desk.show(post.path("en")).text
    assert desk.show(first).status == 410


def test_each_is_told_again_whenever_the_other_comes_or_goes(desk: Desk, clinic: Clinic) -> None:
    post = _with_decomposed(desk, clinic)
    for _ in range(2):
        desk.put(post.key(COMPOSED), picture(shade=200))
        desk.settle()
        assert _states(desk, post) == ("live", "superseded")
        assert desk.report(post.key(COMPOSED))["url"] in desk.show(post.path("en")).text
        assert desk.show(desk.report(post.key(COMPOSED))["url"]).status == 200
        desk.delete(post.key(COMPOSED))
        desk.settle()
        assert _states(desk, post) == ("absent", "live")
        assert desk.report(post.key(DECOMPOSED))["url"] in desk.show(post.path("en")).text
        assert desk.show(desk.report(post.key(DECOMPOSED))["url"]).status == 200


def test_a_withdrawal_ends_what_either_of_them_showed(desk: Desk, clinic: Clinic) -> None:
    post = _with_decomposed(desk, clinic)
    desk.put(post.key(COMPOSED), picture(shade=200))
    desk.settle()
    desk.delete(post.key(COMPOSED))
    desk.settle()
    paths = desk.objects(post.images_folder())
    assert len(paths) > 1
    desk.put(post.key(f"{DECOMPOSED}.withdrawal.yaml"), order())
    desk.settle()
    stored = [desk.site_object(key) for key in desk.objects(post.images_folder())]
    assert len(stored) >= len(paths)
    assert {thing["Metadata"].get("status") for thing in stored} == {"410"}
    assert "This image has been withdrawn" in desk.show(post.path("en")).text


def test_a_file_of_no_known_kind_is_told_by_the_name_it_came_with(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    notes = [unicodedata.normalize("NFC", "메모.docx"), unicodedata.normalize("NFD", "메모.docx")]
    for note in notes:
        desk.put(post.key(note), b"x")
    _with_decomposed(desk, clinic)
    assert [desk.state(post.key(note)) for note in notes] == ["refused", "refused"]


def test_build_says_the_same_of_them(desk: Desk, clinic: Clinic, tmp_path: Path) -> None:
    post = _with_decomposed(desk, clinic)
    uploads = {
        post.key(COMPOSED): picture(shade=200),
        post.key(unicodedata.normalize("NFD", "메모.docx")): b"x",
        post.key(unicodedata.normalize("NFC", "메모.docx")): b"x",
    }
    files = {
        **uploads,
        "site.yaml": SITE.encode(),
        clinic.key: clinic.record().encode(),
        post.key("en.md"): _text().encode(),
        post.key(DECOMPOSED): picture(shade=10),
    }
    for key, content in files.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        desk.put(key, content)
        desk.settle()
    expected = built(tmp_path, datetime.now(UTC))
    found = standing_in(desk)
    assert {key: found.outcomes[key] for key in expected.outcomes} == expected.outcomes
    own = {key: thing for key, thing in expected.objects.items() if f"/{clinic.name}/" in key}
    assert {key: found.objects[key] for key in own} == own
    mine = (post.images_folder(), post.path("en").strip("/"))
    assert {key for key in found.objects if key.startswith(mine)} <= expected.objects.keys()


def _with_decomposed(desk: Desk, clinic: Clinic) -> Post:
    post = clinic.post()
    desk.put(post.key("en.md"), _text())
    desk.put(post.key(DECOMPOSED), picture(shade=10))
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    return post


def _text() -> str:
    return edition(body=f"![A throat](<{NAME}>)")


def _states(desk: Desk, post: Post) -> tuple[str, str]:
    return desk.state(post.key(COMPOSED)), desk.state(post.key(DECOMPOSED))
