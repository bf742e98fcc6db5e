"""Answers of the preview: those of the edge, and the drafts that readers do not see."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from colophon.page.objects import HTML_TYPE
from colophon.stores.inbox_folder import InboxFolder
from colophon_emulator.distribution import Distribution
from colophon_emulator.edge_cache import CachePolicy
from colophon_emulator.edge_function import EdgeFunction, ViewerRequest, ViewerResponse
from colophon_ops.build.plan import make_plan
from colophon_ops.build.site import build_whole_site
from colophon_ops.build.tasks import decoder
from colophon_ops.preview.pages import PROBLEMS_PATH, SCRIPT_PATH, STYLE_PATH, add_to_page
from colophon_ops.preview.preview_build import PreviewBuild
from colophon_ops.preview.responses import CONTENT_SECURITY_POLICY, Response, respond

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
POST = "posts/mulmarugyeol/hives-in-the-evening"
PAGE = "/en/mulmarugyeol/hives-in-the-evening/"
TEMPLATE = (ROOT / "infra/cdn.yaml").read_text("utf-8")


@pytest.fixture
def build(inbox: Path, tmp_path: Path) -> Iterator[PreviewBuild]:
    with PreviewBuild(inbox, clock=lambda: NOW, parent=tmp_path / "cache") as build:
        build.build()
        yield build


def _get(build: PreviewBuild, inbox: Path, target: str, method: str = "GET") -> Response:
    return respond(method, target, build.site, inbox, build.render_scheduled)


class _Tagged(yaml.CSafeLoader):
    """Reads the intrinsic functions of CloudFormation as what they are written on."""


_Tagged.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def _resources() -> Mapping[str, dict[str, object]]:
    resources: Mapping[str, dict[str, object]] = yaml.load(TEMPLATE, _Tagged)["Resources"]
    return resources


def _edge() -> Distribution:
    """The edge as the template's own functions make it, with the site's files at the origin."""
    codes = {
        name: str(resource["Properties"]["FunctionCode"])  # type: ignore[index]
        for name, resource in _resources().items()
        if resource["Type"] == "AWS::CloudFront::Function"
    }
    functions = {name: EdgeFunction(name, code) for name, code in codes.items()}
    return Distribution(
        frozenset({"GET", "HEAD"}),
        "index.html",
        {404: (404, "/404.html")},
        {},
        frozenset(),
        functions["TidyAddress"],
        functions["HonestStatus"],
        CachePolicy(),
    )


def _edge_answers(inbox: Path) -> Callable[[str, str], ViewerResponse]:
    source = InboxFolder(inbox)
    objects = build_whole_site(make_plan(source.keys_and_links()), source, NOW, decoder()).objects
    by_key = {each.key: each for each in objects}

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        if (found := by_key.get(key)) is None:
            return 404, {"content-type": "text/plain"}, b""
        metadata = {f"x-amz-meta-{name}": value for name, value in found.metadata.items()}
        return 200, {"content-type": found.content_type, **metadata}, found.content

    edge = _edge()
    return lambda method, target: edge.respond(ViewerRequest(method, *_split(target)), fetch)


def _split(target: str) -> tuple[str, str]:
    path, _, query = target.partition("?")
    return path, query


@pytest.fixture
def moved(inbox: Path) -> Path:
    """The small inbox, with a post that moved, a legal withdrawal and one of a whole clinic."""
    text = inbox / POST / "en.md"
    text.write_text(text.read_text().replace("---\n", "---\nmoved_from: [mulmarugyeol/earlier-name]\n", 1))
    legal = 'kind: legal\nreason: legal\nat: "2026-05-10T09:00:00+09:00"\n'
    (inbox / "posts/mulmarugyeol/ten-minute-winter-shower/withdrawal.yaml").write_text(legal)
    (inbox / "site.css").write_text("a { color: blue }\n")
    return inbox


def test_every_address_is_answered_as_by_the_edge(moved: Path, build: PreviewBuild) -> None:
    edge, keys = _edge_answers(moved), build.site.written
    targets = [f"/{key}" for key in keys] + [f"/{key.removesuffix('index.html')}" for key in keys]
    targets += [target.rstrip("/") for target in targets if target.endswith("/")]
    targets += [
        "/",
        "/nothing/",
        "/nothing",
        "/en/nothing.xml",
        "/%2e%2e/site.yaml",
        "//elsewhere.example",
        "/en?a=b&c",
    ]
    statuses = set()
    for target in dict.fromkeys(targets):
        for method in ("GET", "HEAD", "POST"):
            ours, theirs = _get(build, moved, target or "/", method), edge(method, target or "/")
            statuses.add(ours.status)
            assert ours.status == theirs.status, (method, target)
            assert ours.headers.get("location") == theirs.headers.get("location"), target
            assert ours.headers.get("link") == theirs.headers.get("link"), target
            if method == "GET" and theirs.body:
                assert ours.headers["content-type"] == theirs.headers["content-type"], target
                is_page = ours.headers["content-type"] == HTML_TYPE
                assert ours.body == (add_to_page(theirs.body) if is_page else theirs.body), target
    assert statuses >= {200, 301, 403, 404, 410, 451}


def test_the_policy_is_that_of_the_edge_and_allows_what_is_added(build: PreviewBuild, inbox: Path) -> None:
    assert f"ContentSecurityPolicy: >-\n{' ' * 14}" in TEMPLATE
    stated = TEMPLATE.partition("ContentSecurityPolicy: >-\n")[2].partition("Override")[0]
    assert " ".join(stated.split()) == CONTENT_SECURITY_POLICY
    page = _get(build, inbox, PAGE)
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    for path in (SCRIPT_PATH, STYLE_PATH):
        assert f'"{path}"'.encode() in page.body
        assert _get(build, inbox, path).status == 200
    assert b"<style" not in page.body
    assert b"style=" not in page.body


def test_pages_on_disk_stay_as_they_are(build: PreviewBuild, inbox: Path) -> None:
    assert SCRIPT_PATH.encode() in _get(build, inbox, PAGE).body
    assert not [file for file in build.site.folder.rglob("*.html") if b"_preview" in file.read_bytes()]


def test_a_refused_draft_is_shown_with_its_problems(build: PreviewBuild, inbox: Path) -> None:
    text = inbox / POST / "en.md"
    text.write_text(text.read_text().replace("system: hangyeol-mt 3.1", "sytem: <b>"))
    build.build([text])
    page = _get(build, inbox, PAGE)
    assert page.status == 404, "as readers get it"
    shown = page.body.decode()
    assert f"{text}:10" in shown
    assert "translation.sytem" in shown
    assert "<b>" not in shown
    assert shown == shown.replace("<script>", ""), "nothing of it runs"
    listed = _get(build, inbox, PROBLEMS_PATH).body.decode()
    assert f'href="{PAGE}"' in listed
    text.write_text(text.read_text().replace("sytem: <b>", "system: hangyeol-mt 3.1"))
    build.build([text])
    assert _get(build, inbox, PAGE).status == 200
    assert b"No upload has a problem" in _get(build, inbox, PROBLEMS_PATH).body


def test_a_scheduled_draft_is_shown_as_it_will_be(build: PreviewBuild, inbox: Path) -> None:
    text = inbox / POST / "en.md"
    text.write_text(text.read_text().replace("---\n", '---\npublish_at: "2026-06-05T09:00:00+09:00"\n', 1))
    build.build([text])
    page = _get(build, inbox, PAGE)
    assert page.status == 404
    assert b"readers do not see this page yet" in page.body
    assert b"Why do hives always come up" in page.body
    assert not (build.site.folder / PAGE.strip("/")).exists()


def test_broken_settings_leave_the_site_and_are_told_on_every_page(build: PreviewBuild, inbox: Path) -> None:
    settings = inbox / "site.yaml"
    sound = settings.read_text()
    settings.write_text(sound + "contakt: x\n")
    build.build([settings])
    assert b"1 problem</a>" in _get(build, inbox, PAGE).body
    assert b"contakt" in _get(build, inbox, PROBLEMS_PATH).body
    settings.write_text(sound)
    build.build([settings])
    assert b"problem</a>" not in _get(build, inbox, PAGE).body


def test_without_settings_every_address_says_what_is_missing(inbox: Path, tmp_path: Path) -> None:
    (inbox / "site.yaml").unlink()
    with PreviewBuild(inbox, clock=lambda: NOW, parent=tmp_path / "cache") as build:
        build.build()
        page = _get(build, inbox, PAGE)
    assert page.status == 404
    assert b"site.yaml" in page.body


def test_one_post_alone(inbox: Path, tmp_path: Path) -> None:
    with PreviewBuild(inbox, lambda folder: folder == f"{POST}/", lambda: NOW, tmp_path / "cache") as build:
        build.build()
        assert _get(build, inbox, PAGE).status == 200
        assert _get(build, inbox, "/en/mulmarugyeol/").status == 200
        assert _get(build, inbox, "/en/mulmarugyeol/ten-minute-winter-shower/").status == 404
        other = inbox / "posts/mulmarugyeol/ten-minute-winter-shower/en.md"
        other.write_text("broken")
        assert build.build([other]).posts == 0
        folder = build.site.folder
    assert not folder.exists()


def test_a_second_start_builds_nothing(inbox: Path, tmp_path: Path) -> None:
    for posts in (None, 0):
        with PreviewBuild(inbox, clock=lambda: NOW, parent=tmp_path / "cache") as build:
            assert build.build().posts == posts


def test_two_previews_of_one_inbox_have_folders_of_their_own(build: PreviewBuild, inbox: Path, tmp_path: Path) -> None:
    with PreviewBuild(inbox, clock=lambda: NOW, parent=tmp_path / "cache") as other:
        other.build()
        assert other.site.folder != build.site.folder
        assert _get(other, inbox, PAGE).body == _get(build, inbox, PAGE).body


def test_what_becomes_due_is_shown(inbox: Path, tmp_path: Path) -> None:
    text, moments = inbox / POST / "en.md", [NOW]
    text.write_text(text.read_text().replace("---\n", '---\npublish_at: "2026-06-05T09:00:00+09:00"\n', 1))
    with PreviewBuild(inbox, clock=lambda: moments[-1], parent=tmp_path / "cache") as build:
        build.build()
        assert not build.is_due()
        moments.append(datetime(2026, 6, 5, tzinfo=UTC))
        assert build.is_due()
        build.build([])
        assert _get(build, inbox, PAGE).status == 200
        assert not build.is_due()
