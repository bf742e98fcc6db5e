"""``colophon check``: the cloud's rules offline."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from tests.cli.conftest import Run
from tests.small_inbox import SAMPLES

REFUSED = sorted(path.name for path in (SAMPLES / "refused").iterdir())
WAITING = sorted(path.name for path in (SAMPLES / "waiting").iterdir())


def _outcomes(run: Run, place: Path) -> tuple[int, dict[str, Any]]:
    answer = run("check", place, "--json")
    return answer.exit_code, {outcome["key"]: outcome for outcome in json.loads(answer.stdout)}


def _states(case: Path) -> dict[str, str]:
    return {
        expected["key"]: expected["state"]
        for expected in yaml.load((case / "expected.yaml").read_text(), Loader=yaml.CSafeLoader)
    }


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_be_mended_ends_with_1(run: Run, tmp_path: Path, name: str) -> None:
    case = tmp_path / name
    shutil.copytree(SAMPLES / "refused" / name, case)
    if (case / "append.yaml").exists():
        more = yaml.load((case / "append.yaml").read_text(), Loader=yaml.CSafeLoader)
        with (case / "inbox" / more["key"]).open("a") as file:
            file.write(more["text"] * more["times"])
    code, outcomes = _outcomes(run, case / "inbox")
    assert code == 1
    assert _states(case).items() <= {key: outcome["state"] for key, outcome in outcomes.items()}.items()


@pytest.mark.parametrize("name", WAITING)
def test_what_waits_is_shown_and_ends_with_0(run: Run, name: str) -> None:
    case = SAMPLES / "waiting" / name
    code, outcomes = _outcomes(run, case / "inbox")
    assert code == 0
    assert _states(case).items() <= {key: outcome["state"] for key, outcome in outcomes.items()}.items()
    assert run("check", case / "inbox").stdout.count("waiting") >= 1


def test_a_sound_inbox_is_judged_upload_by_upload(run: Run, inbox: Path) -> None:
    answer = run("check", inbox)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1].startswith("13 uploads: 10 live, 3 withdrawn")


def test_a_look_is_judged_alone_or_with_its_inbox(run: Run, inbox: Path) -> None:
    (inbox / "site.css").write_text("h1 { color: teal }\n.notice {\n  display: none\n}\n")
    for place in (inbox, inbox / "site.css"):
        answer = run("check", place)
        assert answer.exit_code == 1
        assert "inbox/site.css:3  error" in answer.stdout
        assert "“display: none” would hide a notice." in answer.stdout
    (inbox / "site.css").write_text("h1 { color: teal }\n")
    code, outcomes = _outcomes(run, inbox / "site.css")
    assert (code, [*outcomes]) == (0, ["site.css"])
    assert outcomes["site.css"]["state"] == "live"


def test_a_problem_is_told_with_file_line_field_and_fix(run: Run, inbox: Path) -> None:
    edition = inbox / "posts/mulmarugyeol/hives-in-the-evening/en.md"
    edition.write_text(edition.read_text().replace("  posted: 2025-09-02", "  posted: yesterday"))
    answer = run("check", inbox)
    lines = answer.stdout.splitlines()
    place = "inbox/posts/mulmarugyeol/hives-in-the-evening/en.md:6  error  source.posted"
    assert answer.exit_code == 1
    assert lines[lines.index(place) + 2].strip().startswith("→ Write it as")
    assert lines[-1] == "1 to fix."


def test_every_problem_is_told_at_once(run: Run, inbox: Path) -> None:
    edition = inbox / "posts/mulmarugyeol/hives-in-the-evening/en.md"
    edition.write_text("---\nsubtitle: x\n---\n")
    (inbox / "clinics/dansolyeoul/clinic.yaml").write_text("names: {}\n")
    told = run("check", inbox).stdout
    assert all(word in told for word in ("subtitle", "title", "source", "names", "body"))


@pytest.mark.parametrize(
    "part", ["posts/mulmarugyeol/hives-in-the-evening", "posts/mulmarugyeol/hives-in-the-evening/en.md"]
)
def test_a_part_is_judged_with_its_inbox_around_it(run: Run, inbox: Path, part: str) -> None:
    code, outcomes = _outcomes(run, inbox / part)
    assert code == 0
    assert {outcome["state"] for outcome in outcomes.values()} == {"live"}
    assert all(key.startswith(part) for key in outcomes)


def test_several_paths_may_lie_in_several_inboxes(run: Run, inbox: Path) -> None:
    other = SAMPLES / "refused/title-missing/inbox"
    answer = run("check", inbox / "site.yaml", other / "posts", "--json")
    assert answer.exit_code == 1
    assert {outcome["file"].startswith(str(other)) for outcome in json.loads(answer.stdout)} == {True, False}


def test_a_file_that_names_nothing_is_refused_wherever_it_lies(run: Run, inbox: Path) -> None:
    for stray in ("notes.txt", "posts/notes.txt", "posts/mulmarugyeol/hives-in-the-evening/notes.txt"):
        (inbox / stray).write_text("x")
    code, outcomes = _outcomes(run, inbox)
    assert code == 1
    assert sorted(key for key, outcome in outcomes.items() if outcome["state"] == "refused") == [
        "notes.txt",
        "posts/mulmarugyeol/hives-in-the-evening/notes.txt",
        "posts/notes.txt",
    ]


def test_a_scheduled_post_is_judged_at_the_moment_given(run: Run) -> None:
    inbox = SAMPLES / "waiting/publish-at-far-ahead/inbox"
    assert "1 scheduled" in run("check", inbox).stdout
    assert "publish_at is 2099-01-01T09:00:00+09:00." in run("check", inbox).stdout, "as it was written"
    assert "scheduled" not in run("check", inbox, "--at", "2998-01-01T00:00:00Z").stdout.splitlines()[-1]


@pytest.mark.parametrize("moment", ["tomorrow", "2026-06-01", "2026-06-01T10:00:00"])
def test_a_moment_without_an_offset_is_a_misuse(run: Run, inbox: Path, moment: str) -> None:
    assert run("check", inbox, "--at", moment).exit_code == 2


def test_what_is_no_inbox_is_a_misuse(run: Run, tmp_path: Path, inbox: Path) -> None:
    lonely = tmp_path / "elsewhere"
    lonely.mkdir()
    (inbox / ".hidden").write_text("x")
    assert run("check", lonely).exit_code == 2
    hidden = run("check", inbox / ".hidden")
    assert (hidden.exit_code, "is hidden" in hidden.stderr) == (2, True)
    (lonely / "posts").mkdir()
    assert "no upload" in run("check", lonely).stderr


def test_a_file_name_can_give_the_terminal_no_orders(run: Run, inbox: Path) -> None:
    (inbox / "posts/mulmarugyeol/hives-in-the-evening/a\x1b[31mb.png").write_text("x")
    answer = run("check", inbox)
    assert answer.exit_code == 1
    assert "\x1b" not in answer.stdout
    assert "a\\x1b[31mb.png" in answer.stdout


def test_an_animated_picture_is_warned_of(run: Run, inbox: Path) -> None:
    post = inbox / "posts/mulmarugyeol/hives-in-the-evening"
    frames = [Image.new("RGB", (16, 12), (40 * number, 80, 160)) for number in range(3)]
    frames[0].save(post / "steps.gif", save_all=True, append_images=frames[1:])
    (post / "en.md").write_text((post / "en.md").read_text() + "\n![Three steps](steps.gif)\n")
    answer = run("check", post)
    assert answer.exit_code == 0, answer.stdout
    assert "steps.gif  warning" in answer.stdout
    assert "The image is animated; the site shows its first frame only." in answer.stdout
