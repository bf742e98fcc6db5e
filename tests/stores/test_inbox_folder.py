"""An inbox on disk: which files are uploads, and how a folder of it is listed."""

import os
import socket
from pathlib import Path

import pytest

from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder


def _inbox(root: Path, *keys: str) -> InboxFolder:
    for key in keys:
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_text(key)
    return InboxFolder(root)


def test_keys_stand_in_the_order_that_a_bucket_lists_them_in(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path, "posts/a/b/en.md", "posts/a/b-c/en.md", "posts/a/b/ko.md", "site.yaml")
    assert list(inbox.keys()) == ["posts/a/b-c/en.md", "posts/a/b/en.md", "posts/a/b/ko.md", "site.yaml"]
    assert list(inbox.keys("posts/a/b/k")) == ["posts/a/b/ko.md"]
    assert list(inbox.keys("posts/a/b")) == ["posts/a/b-c/en.md", "posts/a/b/en.md", "posts/a/b/ko.md"]


def test_hidden_files_and_what_lies_in_hidden_folders_are_no_uploads(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path, ".git/HEAD", "posts/a/b/.DS_Store", "posts/a/.cache/x/en.md", "posts/a/b/en.md")
    assert list(inbox.keys()) == ["posts/a/b/en.md"]
    assert list(inbox.keys(".git/")) == []


def test_the_folders_in_a_folder_are_those_in_which_uploads_may_lie(tmp_path: Path) -> None:
    for name in ("posts/b/x", "posts/a", "posts/.git", "clinics/c"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "posts/notes.txt").write_text("no folder")
    inbox = InboxFolder(tmp_path)
    assert inbox.folders("posts/") == ["posts/a/", "posts/b/"]
    assert inbox.folders("") == ["clinics/", "posts/"]
    assert inbox.folders("nothing/") == []


def test_a_linked_file_is_an_upload_and_a_linked_folder_is_none(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path, "posts/a/b/en.md")
    (tmp_path / "posts/a/b/ko.md").symlink_to("en.md")
    (tmp_path / "posts/a/loop").symlink_to("..", target_is_directory=True)
    (tmp_path / "posts/a/b/gone.jpg").symlink_to("nowhere")
    assert list(inbox.keys()) == ["posts/a/b/en.md", "posts/a/b/ko.md"]


def test_a_folder_lists_what_lies_in_it_and_one_that_is_not_there_is_empty(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path, "posts/a/b/en.md", "posts/a/b-c/en.md")
    history = inbox.read_folder("posts/a/b/").history_of("posts/a/b/en.md")
    assert history.newest is not None
    assert history.newest.size == len("posts/a/b/en.md")
    assert inbox.read_content(history.newest) == b"posts/a/b/en.md"
    assert list(inbox.read_folder("posts/a/b/").uploaded_keys()) == ["posts/a/b/en.md"]
    assert list(inbox.read_folder("posts/z/").uploaded_keys()) == []
    assert list(inbox.read_folder("posts/a/b/en.md/").uploaded_keys()) == []
    assert inbox.newest_version("posts/a/b/ko.md") is None


def test_a_name_that_is_not_utf8_is_listed_and_its_file_is_read(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xbb\xe7\xc1\xf8.jpg")
    inbox = _inbox(tmp_path, "posts/a/b/en.md")
    (tmp_path / "posts/a/b" / name).write_bytes(b"bytes")
    version = inbox.newest_version(f"posts/a/b/{name}")
    assert list(inbox.keys()) == ["posts/a/b/en.md", f"posts/a/b/{name}"]
    assert version is not None
    assert inbox.read_content(version) == b"bytes"


def _refusal(inbox: InboxFolder, key: str) -> str:
    version = inbox.read_folder("posts/").newest_version(key)
    assert version is not None
    with pytest.raises(Refused) as caught:
        inbox.read_content(version)
    (problem,) = caught.value.problems
    return problem.what


def test_a_pipe_or_a_socket_is_refused_without_waiting_for_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = _inbox(tmp_path, "posts/en.md")
    os.mkfifo(tmp_path / "posts/pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        # A socket's path is at most 108 bytes long.
        monkeypatch.chdir(tmp_path)
        server.bind("posts/socket.jpg")
        assert "pipe, a socket" in _refusal(inbox, "posts/pipe.jpg")
        assert "can't be read" in _refusal(inbox, "posts/socket.jpg")


def test_a_file_that_disappears_before_it_is_read_is_refused(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path, "posts/a/b/en.md")
    version = inbox.newest_version("posts/a/b/en.md")
    (tmp_path / "posts/a/b/en.md").unlink()
    assert version is not None
    with pytest.raises(Refused, match="disappeared"):
        inbox.read_content(version)
    assert inbox.newest_version("posts/a/b/en.md") is None


def test_a_file_without_permission_is_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _inbox(tmp_path, "posts/en.md")
    (tmp_path / "posts/en.md").chmod(0)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    # The super-user reads everything.
    user = os.geteuid()
    os.seteuid(65534 if user == 0 else user)
    try:
        assert "permission denied" in _refusal(InboxFolder(Path()), "posts/en.md")
    finally:
        os.seteuid(user)
