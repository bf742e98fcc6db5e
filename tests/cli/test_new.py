"""``colophon new``: valid files that say what is missing, and nothing overwritten."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

EDITION = {"title", "source.channel", "source.url", "source.posted", "source.title", ""}


def test_a_new_post_says_exactly_what_is_still_to_fill_in(run: Run, tmp_path: Path) -> None:
    assert run("new", "haneul/first-post", "--inbox", tmp_path / "in").exit_code == 0
    answer = run("check", tmp_path / "in", "--json")
    assert answer.exit_code == 1
    missing = {
        outcome["key"].rpartition("/")[2]: {problem["field"] for problem in outcome["problems"]}
        for outcome in json.loads(answer.stdout)
    }
    assert missing["ko.md"] == EDITION
    assert missing["en.md"] == EDITION | {"translation.at", "translation.system"}
    assert {"names.ko", "permission.reference", "permission.granted", "channels.blog.url"} <= missing["clinic.yaml"]
    assert {"url", "contact"} <= missing["site.yaml"]


def test_what_is_filled_in_is_complete(run: Run, tmp_path: Path) -> None:
    run("new", "haneul/first-post", "--inbox", tmp_path)
    values = {
        "title:": "title: A cup of tea",
        "channel:": "channel: blog",
        "url:": "url: https://blog.naver.com/haneul/1",
        "posted:": "posted: 2026-01-02",
        "at:": 'at: "2026-01-03T10:00:00+09:00"',
        "system:": "system: mt 1",
        "ko:": "ko: 하늘의원",
        "en:": "en: Haneul Clinic",
        "reference:": "reference: letter 1",
        "granted:": "granted: 2025-01-01",
        "name:": "name: 하늘 이야기",
        "contact:": "contact: mailto:a@haneul.example",
    }
    for path in [*tmp_path.glob("*.yaml"), *tmp_path.glob("[a-z]*/*/**/*.*")]:
        path.write_text("".join(_filled(line, values, path) for line in path.read_text().splitlines(True)))
        if path.suffix == ".md":
            path.write_text(path.read_text() + "\nSome text.\n")
    answer = run("check", tmp_path)
    assert answer.exit_code == 0, answer.stdout
    assert answer.stdout.startswith("4 uploads: 4 live")


def _filled(line: str, values: dict[str, str], path: Path) -> str:
    field, _, rest = line.strip().partition(" ")
    if (
        field not in values
        or (rest.strip() and not rest.strip().startswith("#"))
        or (path.name, field) == ("site.yaml", "name:")
    ):
        return line
    value = "url: https://haneul.example" if (path.name, field) == ("site.yaml", "url:") else values[field]
    return line[: len(line) - len(line.lstrip())] + value + "\n"


def test_a_fresh_skeleton_says_in_five_lines_what_is_missing(run: Run) -> None:
    run("new", "haneul/first-post", "--inbox", "in")
    edition = "title, source.channel, source.url, source.posted, source.title"
    assert run("check", "in").stdout.splitlines() == [
        "in/clinics/haneul/clinic.yaml  to fill in  names.ko, names.en, permission.reference, permission.granted, "
        "channels.blog.url, channels.blog.name",
        f"in/posts/haneul/first-post/en.md  to fill in  {edition}, translation.at, translation.system, the text",
        f"in/posts/haneul/first-post/ko.md  to fill in  {edition}, the text",
        "in/site.yaml  to fill in  url, name.en, contact",
        "4 uploads: 4 refused",
    ]


def test_editors_find_a_schema_that_says_what_the_reader_says(run: Run, tmp_path: Path) -> None:
    run("new", "haneul/first-post", "--inbox", "in")
    for key, field in (("site.yaml", "contact"), ("clinics/haneul/clinic.yaml", "channels")):
        file = tmp_path / "in" / key
        first = file.read_text().partition("\n")[0]
        schema = json.loads((file.parent / first.removeprefix("# yaml-language-server: $schema=")).read_text())
        assert field in schema["properties"]
    schemas = tmp_path / "in/.colophon"
    assert len([*schemas.iterdir()]) == 5
    old = schemas / "site.schema.json"
    made = old.read_text()
    old.write_text("{}")
    run("new", "haneul/second-post", "--inbox", "in")
    assert old.read_text() == made
    answer = run("check", "in", "--json")
    assert not [outcome["key"] for outcome in json.loads(answer.stdout) if ".colophon" in outcome["key"]]


def test_nothing_is_overwritten(run: Run, inbox: Path) -> None:
    record = inbox / "clinics/mulmarugyeol/clinic.yaml"
    english = inbox / "posts/mulmarugyeol/a-new-one/en.md"
    english.parent.mkdir()
    english.write_text("mine")
    before = record.read_bytes()
    answer = run("new", "mulmarugyeol/a-new-one", "--inbox", inbox)
    assert answer.exit_code == 0
    assert (record.read_bytes(), english.read_text()) == (before, "mine")
    assert (english.parent / "ko.md").is_file()


def test_a_post_that_has_its_files_is_left_alone(run: Run, inbox: Path) -> None:
    assert run("new", "mulmarugyeol/hives-in-the-evening", "--inbox", inbox).exit_code == 2


@pytest.mark.parametrize("name", ["haneul", "Haneul/post", "haneul/feed", "a/b/c", "../x", "haneul/"])
def test_a_name_that_no_post_can_have_makes_nothing(run: Run, tmp_path: Path, name: str) -> None:
    answer = run("new", name, "--inbox", tmp_path)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("colophon: “")
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_to_do_next_in_three_lines(run: Run, tmp_path: Path) -> None:
    lines = run("new", "haneul/first-post").stdout.splitlines()
    assert lines[-1] == "3. colophon check posts/haneul/first-post"
    assert [line[:2] for line in lines[-3:]] == ["1.", "2.", "3."]
    assert run("check", tmp_path / "posts/haneul/first-post").exit_code == 1


def test_the_languages_are_those_of_the_site_or_those_asked_for(run: Run, tmp_path: Path) -> None:
    run("new", "haneul/first-post", "--language", "ja", "-l", "zh-Hans")
    assert "languages: [ko, ja, zh-Hans]\n" in (tmp_path / "site.yaml").read_text()
    assert names(tmp_path / "posts/haneul/first-post") == ["ja.md", "ko.md", "zh-Hans.md"]
    run("new", "haneul/second-post")
    assert names(tmp_path / "posts/haneul/second-post") == ["ja.md", "ko.md"]
    assert run("new", "haneul/second-post", "-l", "zh-Hans").exit_code == 0
    assert names(tmp_path / "posts/haneul/second-post") == ["ja.md", "ko.md", "zh-Hans.md"]


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("ko", "ko is the language of the original, which is created anyway."),
        ("ja", "site.yaml does not list “ja”, but ko, en. Add it there first."),
        ("english", "site.yaml does not list “english”, but ko, en. Add it there first."),
    ],
)
def test_a_language_that_no_translation_can_have_makes_nothing(run: Run, tmp_path: Path, tag: str, told: str) -> None:
    run("new", "haneul/first-post")
    answer = run("new", "haneul/second-post", "--language", tag)
    assert (answer.exit_code, answer.stderr) == (2, f"colophon: {told}\n")
    assert not (tmp_path / "posts/haneul/second-post").exists()


def test_a_language_without_notices_is_named_with_the_nearest(run: Run, tmp_path: Path) -> None:
    answer = run("new", "haneul/first-post", "--language", "en_US")
    assert answer.stderr == "colophon: There are no notices in the language “en_US”. Write en.\n"
    assert list(tmp_path.iterdir()) == []


def test_it_finds_the_inbox_that_one_is_in(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", "haneul/first-post")
    monkeypatch.chdir(tmp_path / "posts/haneul/first-post")
    run("new", "haneul/second-post")
    assert names(tmp_path / "posts/haneul/second-post") == ["en.md", "ko.md"]
    assert names(tmp_path / "posts/haneul/first-post") == ["en.md", "ko.md"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
