"""Content that is wrong in itself: refused with a report a person can act on, and nothing else is held up by it."""

import gzip
import json
from typing import Any

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, edition, picture, withdrawal_file


@pytest.mark.parametrize(
    ("content", "field", "line", "words"),
    [
        (edition().replace("title: A", "title: Cough: A"), "", 2, "colon"),
        (edition(more="author: somebody\n"), "author", 5, "“author”"),
        (edition() + "Drink more water.\n" * 58_000, "", None, "at most 262,144"),
        ("", "", 1, "empty"),
        ("Only a text.\n", "", 1, "---"),
        (b"---\ntitle: \xb1\xe2\xc4\xa7\n---\n", "", 2, "UTF-8"),
        (edition(body="<script>alert(1)</script>"), "", 7, "HTML"),
    ],
    ids=["broken YAML", "unknown field", "one megabyte", "empty", "no front matter", "not UTF-8", "HTML"],
)
def test_a_text_that_is_wrong_is_refused_with_place_words_and_fix(
    driver: StackDriver, clinic: Clinic, content: str | bytes, field: str, line: int | None, words: str
) -> None:
    post, sound = clinic.post(), clinic.post("sound")
    driver.put(post.key("en.md"), content)
    driver.put(sound.key("en.md"), edition())
    driver.settle()
    report = driver.report(post.key("en.md"))
    assert report["state"] == "refused"
    assert [(problem["field"], problem["line"]) for problem in report["problems"]] == [(field, line)]
    assert words in report["problems"][0]["what"]
    assert report["problems"][0]["fix"]
    assert driver.fetch(post.path("en")).status == 404
    assert driver.state(sound.key("en.md")) == "live"


def test_a_compressed_upload_is_reported_with_how_it_is_compressed(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    uploads = {
        "en.md": ("gzip", gzip.compress(edition().encode())),
        "throat.png": ("gzip", gzip.compress(picture())),
        # Its bytes have no signature: only the header says what they are.
        "ja.md": ("br", b"\x8b\x07\x80hello\x03"),
    }
    for name, (encoding, content) in uploads.items():
        driver.stack.client("s3").put_object(
            Bucket=driver.stack.inbox_bucket, Key=post.key(name), Body=content, ContentEncoding=encoding
        )
    driver.settle()
    for name, (encoding, _) in uploads.items():
        assert driver.state(post.key(name)) == "refused"
        assert f"compressed with {encoding}" in driver.report_text(post.key(name))


def test_a_refused_correction_leaves_the_page_as_it_was_and_a_better_one_clears_the_report(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(title="Sound"))
    driver.settle()
    before = driver.objects(post.path("en").strip("/"))
    driver.put(post.key("en.md"), edition(title="Broken", more="author: somebody\n"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "refused"
    assert driver.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    assert driver.objects(post.path("en").strip("/")) == before
    driver.put(post.key("en.md"), edition(title="Mended", more="source_note: no\n".replace("source_note: no\n", "")))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    assert "author" not in driver.report_text(post.key("en.md"))
    assert "Mended" in driver.fetch(post.path("en")).text


def test_a_text_that_is_named_like_a_photo_is_refused_and_its_post_says_which_image_it_lacks(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("throat.jpg"), b"not a photo at all")
    driver.put(post.key("en.md"), edition(body="![A throat](throat.jpg)"))
    driver.settle()
    assert driver.state(post.key("throat.jpg")) == "refused"
    assert "can't be read as a JPEG" in driver.report_text(post.key("throat.jpg"))
    assert driver.state(post.key("en.md")) == "waiting"
    assert "The image “throat.jpg” was refused" in driver.report_text(post.key("en.md"))
    assert "Upload a valid “throat.jpg”" in driver.report_text(post.key("en.md"))
    # A PNG by the name of a JPEG is a sound picture: the type comes from the bytes.
    driver.put(post.key("throat.jpg"), picture())
    driver.settle()
    assert driver.state(post.key("throat.jpg")) == "live"
    assert driver.state(post.key("en.md")) == "live"


def test_a_withdrawal_that_cannot_be_read_withdraws_and_says_what_to_mend(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert driver.fetch(post.path("en")).status == 200
    order_key = post.key("en.md.withdrawal.yaml")
    driver.put(order_key, "kind: gone: now\n")
    driver.settle()
    assert driver.fetch(post.path("en")).status == 410
    assert driver.state(post.key("en.md")) == "withdrawn"
    assert order_key in driver.report_text(post.key("en.md"))
    report = driver.report(order_key)
    assert report["state"] == "live"
    told = [(problem["severity"], problem["line"]) for problem in report["problems"]]
    assert told == [("error", 1), ("warning", None)]
    assert "in force all the same" in report["problems"][1]["what"]
    driver.put(order_key, withdrawal_file("gone"))
    driver.settle()
    assert driver.report(order_key)["problems"] == []
    assert "removed for good" in driver.fetch(post.path("en")).text


def test_a_broken_clinic_record_leaves_the_earlier_one_in_force(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition())
    driver.settle()
    driver.put(clinic.key, clinic.record().replace("status: active", "status: asleep"))
    driver.settle()
    assert driver.state(clinic.key) == "refused"
    assert driver.report(clinic.key)["problems"][0]["field"] == "status"
    assert driver.fetch(post.path("en")).status == 200
    assert driver.state(post.key("en.md")) == "live"


@pytest.mark.parametrize(
    "message",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-01T00:00:00.000Z", "Bucket": "colophon"},
        {"rings": []},
        {"rings": [{"key": "posts/nobody/nothing/"}]},
        {"rings": [{"key": "posts/nobody/nothing/en.md"}, {"key": "posts/nobody/nothing/gone.png"}]},
        {"rings": [{"key": "clinics/nobody/clinic.yaml"}]},
        {"rings": [{"key": "posts/nobody/nothing/en.md.withdrawal.yaml"}]},
        {"rings": [{"key": "posts/nobody/nothing/notes.docx"}]},
        {"rings": [{"key": "reports/site.yaml.json"}]},
    ],
    ids=lambda message: json.dumps(message)[:60],
)
def test_a_request_for_nothing_changes_nothing(driver: StackDriver, message: dict[str, Any]) -> None:
    before = driver.objects()
    driver.send_message(message)
    driver.settle()
    assert driver.objects() == before
