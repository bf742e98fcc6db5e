"""``site.css``: it dresses every page, and everything else about it is as with any other upload."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.open_stack import open_stack
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition

CLINIC = Clinic("sorae")
POST = CLINIC.post("cough")
RED, BLUE = "h1 { color: #b00 }\n", "h1 { color: #00b }\n"


@pytest.fixture
def dressed() -> Iterator[StackDriver]:
    """A site of one post that wears a look of its own."""
    with open_stack() as driver:
        driver.put("site.css", RED)
        driver.put("site.yaml", SITE)
        driver.put(CLINIC.key, CLINIC.record())
        driver.put(POST.key("en.md"), edition())
        driver.settle()
        yield driver


def sheets(driver: StackDriver, path: str) -> list[str]:
    """The texts of the style sheets that the page at ``path`` links to, in their order."""
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)">', driver.fetch(path).text)
    return [driver.fetch(link).text for link in links]


def test_every_page_wears_it_after_our_own_and_a_new_one_reaches_them_all(dressed: StackDriver) -> None:
    for path in (POST.path("en"), "/en/", "/en/sorae/"):
        assert [text == RED for text in sheets(dressed, path)] == [False, True]
    dressed.put("site.css", BLUE)
    dressed.settle()
    assert dressed.state("site.css") == "live"
    for path in (POST.path("en"), "/en/", "/en/sorae/"):
        assert sheets(dressed, path)[-1] == BLUE
    assert read_site(dressed).differences(build_bucket(dressed, datetime.now(UTC))) == []


def test_its_path_never_changes_its_content_and_is_kept_for_a_year(dressed: StackDriver) -> None:
    (key,) = dressed.objects("assets/site.")
    assert re.fullmatch(r"assets/site\.[0-9a-f]{12}\.css", key)
    assert dressed.report("site.css")["url"] == f"/{key}"
    shown = dressed.site_object(key)
    assert (shown["ContentType"], shown["CacheControl"]) == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
    )


def test_a_refused_version_is_reported_and_skipped(dressed: StackDriver) -> None:
    dressed.put("site.css", "@import 'x';\n.notice { display: none }\n")
    dressed.settle()
    report = dressed.report("site.css")
    assert report["state"] == "refused"
    assert [problem["line"] for problem in report["problems"]] == [1, 2]
    assert all(problem["fix"] for problem in report["problems"])
    assert sheets(dressed, POST.path("en"))[-1] == RED
    assert len(dressed.objects("assets/site.")) == 1


def test_deleting_it_takes_it_off(dressed: StackDriver) -> None:
    dressed.delete("site.css")
    dressed.settle()
    assert dressed.state("site.css") == "absent"
    assert len(sheets(dressed, POST.path("en"))) == 1
    assert read_site(dressed).differences(build_bucket(dressed, datetime.now(UTC))) == []


def test_a_request_restores_what_the_site_has_lost_and_writes_nothing_else(dressed: StackDriver) -> None:
    (key,) = dressed.objects("assets/site.")
    before = dressed.objects()
    dressed.stack.client("s3").delete_object(Bucket=dressed.stack.site_bucket, Key=key)
    assert key not in dressed.objects()
    dressed.send_message({"rings": [{"key": "site.css"}]})
    dressed.settle()
    assert dressed.objects() == before


def test_without_settings_it_waits(dressed: StackDriver) -> None:
    dressed.delete("site.yaml")
    dressed.settle()
    assert dressed.state("site.css") == "waiting"
    assert "Upload site.yaml" in dressed.report_text("site.css")
    dressed.put("site.yaml", SITE)
    dressed.settle()
    assert dressed.state("site.css") == "live"
    assert sheets(dressed, POST.path("en"))[-1] == RED
