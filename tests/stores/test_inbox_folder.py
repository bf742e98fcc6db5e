"""An inbox on disk: which files are uploads, and how a folder of it is listed."""

from pathlib import Path

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
