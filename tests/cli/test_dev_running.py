"""``colophon dev`` kept running, with ``upload`` and ``status`` talking to it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from colophon_ops.target import find_target
from tests.cli.conftest import ROOT, Run
from tests.small_inbox import small_inbox

PATIENCE = 40


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory from which ``colophon dev inbox`` runs."""
    place = tmp_path_factory.mktemp("dev")
    small_inbox(place / "inbox")
    program = [sys.executable, "-c", "from colophon_cli import main; main()", "dev", "inbox"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "NO_COLOR": "1"}
    with (place / "log").open("w") as log, (place / "errors").open("w") as errors:
        process = subprocess.Popen(program, cwd=place, env=environment, stdout=log, stderr=errors)
        try:
            _until(lambda: (place / "build/dev.json").exists(), place)
            yield place
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(PATIENCE)
    assert (code, (place / "errors").read_text()) == (0, "")
    # What the watched folder brought, and what came to the endpoint meanwhile.
    assert re.search(
        r"Stopped after [\d,]+ function calls, up to (\d+) at once\.$", (place / "log").read_text().strip()
    )
    assert not (place / "build/dev.json").exists()


@pytest.fixture(autouse=True)
def _there(place: Path, _plain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)


def _until(come: Callable[[], bool], place: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end, (place / "log").read_text() + (place / "errors").read_text()
        time.sleep(0.05)


def _answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _site(place: Path) -> str:
    return str(json.loads((place / "build/dev.json").read_text())["site_url"])


def test_it_says_where_everything_is(place: Path) -> None:
    where = json.loads((place / "build/dev.json").read_text())
    assert set(where) == {"endpoint", "inbox_bucket", "site_bucket", "table", "site_url"}
    log = (place / "log").read_text()
    assert "13 uploads: 10 live, 3 withdrawn" in log
    assert f"{where['site_url']}/en/mulmarugyeol/hives-in-the-evening/" in log


def test_the_site_is_served_as_readers_get_it(place: Path) -> None:
    status, page = _answer(f"{_site(place)}/en/mulmarugyeol/hives-in-the-evening/")
    assert (status, "hives" in page) == (200, True)
    assert _answer(f"{_site(place)}/en/dansolyeoul/silver-fillings/")[0] == 410


def test_a_change_in_the_folder_is_uploaded_and_answered(place: Path) -> None:
    edition = place / "inbox/posts/mulmarugyeol/ten-minute-winter-shower/ko.md"
    page = f"{_site(place)}/ko/mulmarugyeol/ten-minute-winter-shower/"
    edition.write_text(edition.read_text() + "\n새로 적은 한 줄.\n")
    _until(lambda: "새로 적은 한 줄." in _answer(page)[1], place)
    edition.unlink()
    _until(lambda: _answer(page)[0] == 404, place)
    _until(lambda: "absent      ko.md" in (place / "log").read_text(), place)


def test_a_name_that_is_not_utf8_is_refused_and_dev_keeps_watching(run: Run, place: Path) -> None:
    folder = place / "inbox/posts/mulmarugyeol/hives-in-the-evening"
    odd, later = folder / os.fsdecode(b"\xbb\xe7\xc1\xf8.jpg"), folder / "notes.txt"
    odd.write_text("x")
    _until(
        lambda: "The name of the file “\\xbb\\xe7\\xc1\\xf8.jpg” is not UTF-8." in (place / "log").read_text(), place
    )
    later.write_text("x")
    _until(lambda: "“notes.txt” is not the name of an edition" in (place / "log").read_text(), place)
    os.mkfifo(folder / "pipe.jpg")
    answer = run("upload", place / "inbox", "--json")
    states = {each["key"].rpartition("/")[2]: each["state"] for each in json.loads(answer.stdout)["outcomes"]}
    assert (answer.exit_code, states) == (1, {"\\xbb\\xe7\\xc1\\xf8.jpg": "refused", "pipe.jpg": "refused"})
    for file in (odd, later, folder / "pipe.jpg"):
        file.unlink()
    _until(lambda: "absent      notes.txt" in (place / "log").read_text(), place)


def test_only_what_changed_is_uploaded_and_its_answer_awaited(run: Run, place: Path, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    # The folder that dev watches is another one; what it has deleted is sent again.
    english = mine / "posts/mulmarugyeol/hives-in-the-evening/en.md"
    english.write_text(english.read_text().replace("system: hangyeol-mt 3.1", "system: hangyeol-mt 3.2"))
    (mine / "posts/mulmarugyeol/hives-in-the-evening/ja.md").write_text("wrong")
    (mine / "NOTES").write_text("x")
    answer = run("upload", mine, "--json")
    assert answer.exit_code == 1, answer.output
    said = json.loads(answer.stdout)
    states = {outcome["key"].rpartition("/")[2]: outcome["state"] for outcome in said["outcomes"]}
    assert set(said["sent"]) >= {"posts/mulmarugyeol/hives-in-the-evening/en.md"}
    assert (states["en.md"], states["ja.md"], states["NOTES"]) == ("live", "refused", "refused")
    assert (said["unanswered"], said["deleted"]) == ([], [])
    (mine / "NOTES").unlink()
    (mine / "posts/mulmarugyeol/hives-in-the-evening/ja.md").unlink()
    again = json.loads(run("upload", mine, "--json").stdout)
    assert (again["sent"], again["alike"]) == ([], 13)


def test_the_answer_is_about_the_version_that_was_sent(run: Run, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    korean = mine / "posts/mulmarugyeol/hives-in-the-evening/ko.md"
    assert run("upload", mine).exit_code == 0
    for text, state in (("wrong", "refused"), (korean.read_text(), "live")):
        korean.write_text(text)
        said = json.loads(run("upload", mine, "--json").stdout)
        assert [outcome["state"] for outcome in said["outcomes"]] == [state]


def test_upload_and_verify_tell_a_post_that_stands_in_two_folders(run: Run, place: Path, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    key, copy = ("posts/mulmarugyeol/hives-in-the-evening/en.md", "posts/mulmarugyeol/hives-again/en.md")
    (mine / copy).parent.mkdir()
    (mine / copy).write_text((mine / key).read_text().replace("![", "[").replace("images:", "tags: []\nimages:"))
    uploaded = run("upload", mine, "--json")
    (found,) = json.loads(uploaded.stdout)["duplicates"]
    assert {key, copy} <= set(found["keys"])
    assert "These folders have the same source.url" in uploaded.stderr
    verified = run("verify", "--json")
    assert {key, copy} <= {each for found in json.loads(verified.stdout)["duplicates"] for each in found["keys"]}
    (mine / copy).unlink()
    run("upload", mine, "--delete", "--yes")
    assert json.loads(run("verify", "--json").stdout)["duplicates"] == []


def test_nothing_is_deleted_before_it_is_confirmed(run: Run, place: Path, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    (mine / "posts/dansolyeoul/silver-fillings/withdrawal.yaml").unlink()
    unasked = run("upload", mine, "--delete")
    assert unasked.exit_code == 2
    assert "1 of them are withdrawals" in unasked.stderr
    assert _answer(f"{_site(place)}/en/dansolyeoul/silver-fillings/")[0] == 410
    agreed = run("upload", mine, "--delete", "--yes", "--json")
    assert agreed.exit_code == 0, agreed.output
    assert "posts/dansolyeoul/silver-fillings/withdrawal.yaml" in json.loads(agreed.stdout)["deleted"]
    _until(lambda: _answer(f"{_site(place)}/en/dansolyeoul/silver-fillings/")[0] == 200, place)


def test_status_counts_and_names_what_needs_action(run: Run, place: Path, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    key = "posts/mulmarugyeol/ten-minute-winter-shower/ja.md"
    (mine / key).write_text("---\ntitle: x\n---\n")
    assert run("upload", mine).exit_code == 1
    overview = run("status")
    assert (overview.exit_code, "1 refused" in overview.stdout, "ja.md" in overview.stdout) == (0, True, True)
    report = run("status", key)
    assert (report.exit_code, "→ " in report.stdout) == (1, True)
    assert run("status", "posts/mulmarugyeol/hives-in-the-evening").exit_code == 0
    assert run("status", "posts/nobody").exit_code == 2
    as_json = json.loads(run("status", key, "--json").stdout)
    assert [outcome["state"] for outcome in as_json["outcomes"]] == ["refused"]
    assert json.loads(run("status", "--json").stdout)["dead_letters"] == {}


def test_reports_and_commands_give_addresses_that_open_here(run: Run, place: Path) -> None:
    where = json.loads((place / "build/dev.json").read_text())
    key = "posts/mulmarugyeol/hives-in-the-evening/en.md"
    stored = find_target().client("s3").get_object(Bucket=where["inbox_bucket"], Key=f"reports/{key}.json")
    report = json.loads(stored["Body"].read())
    status = json.loads(run("status", key, "--json").stdout)["outcomes"][0]
    page = f"{where['site_url']}/en/mulmarugyeol/hives-in-the-evening/"
    assert (report["url"], status["url"]) == (page, page)
    assert _answer(report["url"])[0] == 200
    assert f"  {page}" in run("status", key).stdout
    assert "https://archive.example" not in (place / "log").read_text()
    differences = json.loads(run("verify", "--json").stdout)["differences"]
    assert [each for each in differences if each["what"] == "report"] == []


def test_a_proxy_of_the_network_is_not_asked_for_what_runs_here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run("status", "site.yaml").exit_code == 0


def test_withdraw_asks_on_a_terminal_with_the_number_that_readers_lose(place: Path) -> None:
    page = f"{_site(place)}/en/mulmarugyeol/hives-in-the-evening/"
    words = ("withdraw", "mulmarugyeol/hives-in-the-evening", "--kind", "gone", "--reason", "error")
    for answer in ("n\n", "\n", "\x04"):
        code, said = _on_a_terminal(answer, *words)
        assert code == 2
        assert "The post mulmarugyeol/hives-in-the-evening: 2 pages in 1 post and 2 languages stop being" in said
        assert "Withdraw? [y/N]" in said
        assert "Nothing was changed." in said
    assert _answer(page)[0] == 200


def _on_a_terminal(answer: str, *words: str) -> tuple[int, str]:
    """The command's exit code and what it prints, with a terminal on which ``answer`` is typed."""
    typed, terminal = os.openpty()
    program = [sys.executable, "-c", "from colophon_cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared")}
    os.write(typed, answer.encode())
    try:
        done = subprocess.run(program, env=environment, stdin=terminal, capture_output=True, text=True, check=False)
    finally:
        os.close(typed)
        os.close(terminal)
    return done.returncode, done.stderr


def test_a_deletion_is_asked_about_with_the_number_that_readers_lose(run: Run, tmp_path: Path) -> None:
    mine = small_inbox(tmp_path / "mine")
    assert run("upload", mine).exit_code == 0
    (mine / "posts/mulmarugyeol/hives-in-the-evening/en.md").unlink()
    # Withdrawn: readers do not have it.
    (mine / "posts/dansolyeoul/silver-fillings/en.md").unlink()
    assert "1 page in 1 post and 1 language stops being readable." in run("upload", mine, "--delete").stderr
    (mine / "clinics/mulmarugyeol/clinic.yaml").unlink()
    assert "5 pages in 2 posts and 3 languages stop being readable." in run("upload", mine, "--delete").stderr
    assert run("upload", small_inbox(tmp_path / "again")).exit_code == 0
