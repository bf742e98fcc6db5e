"""A file name that came in two Unicode spellings: one counts, the other says so, and neither is ever forgotten."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from tests.emulated.compared_site import build_folder, read_site
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, picture, withdrawal_file

NAME = "목 사진.png"
COMPOSED, DECOMPOSED = unicodedata.normalize("NFC", NAME), unicodedata.normalize("NFD", NAME)


def test_the_composed_spelling_counts_and_the_others_report_says_so(driver: StackDriver, clinic: Clinic) -> None:
    post = _with_decomposed(driver, clinic)
    first = driver.report(post.key(DECOMPOSED))["url"]
    driver.put(post.key(COMPOSED), picture(shade=200))
    driver.settle()
    assert driver.state(post.key(DECOMPOSED)) == "superseded"
    assert f"The one that counts is {post.key(COMPOSED)}." in driver.report_text(post.key(DECOMPOSED))
    second = driver.report(post.key(COMPOSED))["url"]
    assert second != first
    assert second in driver.fetch(post.path("en")).text
    assert driver.fetch(first).status == 410


def test_each_report_changes_whenever_the_other_spelling_is_uploaded_or_deleted(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = _with_decomposed(driver, clinic)
    for _ in range(2):
        driver.put(post.key(COMPOSED), picture(shade=200))
        driver.settle()
        assert _states(driver, post) == ("live", "superseded")
        assert driver.report(post.key(COMPOSED))["url"] in driver.fetch(post.path("en")).text
        assert driver.fetch(driver.report(post.key(COMPOSED))["url"]).status == 200
        driver.delete(post.key(COMPOSED))
        driver.settle()
        assert _states(driver, post) == ("absent", "live")
        assert driver.report(post.key(DECOMPOSED))["url"] in driver.fetch(post.path("en")).text
        assert driver.fetch(driver.report(post.key(DECOMPOSED))["url"]).status == 200


def test_a_withdrawal_ends_what_either_of_them_showed(driver: StackDriver, clinic: Clinic) -> None:
    post = _with_decomposed(driver, clinic)
    driver.put(post.key(COMPOSED), picture(shade=200))
    driver.settle()
    driver.delete(post.key(COMPOSED))
    driver.settle()
    paths = driver.objects(post.images_folder())
    assert len(paths) > 1
    driver.put(post.key(f"{DECOMPOSED}.withdrawal.yaml"), withdrawal_file())
    driver.settle()
    stored = [driver.site_object(key) for key in driver.objects(post.images_folder())]
    assert len(stored) >= len(paths)
    assert {thing["Metadata"].get("status") for thing in stored} == {"410"}
    assert "This image has been withdrawn" in driver.fetch(post.path("en")).text


def test_a_file_of_no_known_kind_is_reported_under_its_own_name(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    notes = [unicodedata.normalize("NFC", "메모.docx"), unicodedata.normalize("NFD", "메모.docx")]
    for note in notes:
        driver.put(post.key(note), b"x")
    _with_decomposed(driver, clinic)
    assert [driver.state(post.key(note)) for note in notes] == ["refused", "refused"]


def test_build_says_the_same_of_them(driver: StackDriver, clinic: Clinic, tmp_path: Path) -> None:
    post = _with_decomposed(driver, clinic)
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
        driver.put(key, content)
        driver.settle()
    expected = build_folder(tmp_path, datetime.now(UTC))
    found = read_site(driver)
    assert {key: found.outcomes[key] for key in expected.outcomes} == expected.outcomes
    own = {key: thing for key, thing in expected.objects.items() if f"/{clinic.name}/" in key}
    assert {key: found.objects[key] for key in own} == own
    mine = (post.images_folder(), post.path("en").strip("/"))
    assert {key for key in found.objects if key.startswith(mine)} <= expected.objects.keys()


def _with_decomposed(driver: StackDriver, clinic: Clinic) -> Post:
    post = clinic.post()
    driver.put(post.key("en.md"), _text())
    driver.put(post.key(DECOMPOSED), picture(shade=10))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    return post


def _text() -> str:
    return edition(body=f"![A throat](<{NAME}>)")


def _states(driver: StackDriver, post: Post) -> tuple[str, str]:
    return driver.state(post.key(COMPOSED)), driver.state(post.key(DECOMPOSED))
