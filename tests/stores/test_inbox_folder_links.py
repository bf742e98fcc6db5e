"""Links in an inbox folder: one to a file of the same inbox is that file; nothing outside is ever read."""

from pathlib import Path

import pytest

from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.versions import Version

POST = "posts/sorae/cough"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "inbox"
    (root / POST).mkdir(parents=True)
    (root / POST / "ko.md").write_text("mine")
    (root / ".draft").write_text("hidden")
    (tmp_path / "outside/post").mkdir(parents=True)
    (tmp_path / "inbox-of-others").mkdir()
    (tmp_path / "inbox-of-others/secret").write_text("secret")
    (tmp_path / "outside/secret").write_text("secret")
    (tmp_path / "outside/post/ko.md").write_text("secret")
    return root


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("../../../../outside/secret", "a link to a file outside of the inbox"),
        ("{tmp}/outside/secret", "a link to a file outside of the inbox"),
        ("{tmp}/inbox-of-others/secret", "a link to a file outside of the inbox"),
        ("/etc/hostname", "a link to a file outside of the inbox"),
        ("chain", "a link to a file outside of the inbox"),
        ("nothing", "a link to nothing"),
        ("a.jpg", "a link to nothing"),
        ("ko.md/more", "a link to nothing"),
        (".", "a link to a folder"),
        ("../../..", "a link to a folder"),
        ("/", "a link to a folder"),
        ("{tmp}/outside/post", "a link to a folder"),
        ("../../../.draft", "a link to a hidden file"),
    ],
)
def test_a_link_that_leads_elsewhere_is_listed_and_never_read(
    root: Path, tmp_path: Path, target: str, told: str
) -> None:
    (root / POST / ".chain").symlink_to(tmp_path / "outside/secret")
    target = target.replace("chain", ".chain").format(tmp=tmp_path)
    (root / POST / "a.jpg").symlink_to(target)
    folder, key = InboxFolder(root), f"{POST}/a.jpg"
    assert list(folder.keys_and_links()) == [key, f"{POST}/ko.md"]
    assert list(folder.keys()) == [f"{POST}/ko.md"]
    assert [version.size for version in folder.read_folder(f"{POST}/").history_of(key).versions] == [0]
    assert folder.newest_version(key) == Version(key, id=key, size=0)
    problem = folder.link_problem(key)
    assert problem
    assert told in problem.what
    with pytest.raises(Refused):
        folder.read_content(Version(key, id=key))


@pytest.mark.parametrize("target", ["ko.md", "{tmp}/inbox/posts/sorae/cough/ko.md", "again"])
def test_a_link_to_a_file_of_the_inbox_is_that_file(root: Path, tmp_path: Path, target: str) -> None:
    (root / POST / "again").symlink_to("ko.md")
    (root / POST / "en.md").symlink_to(target.format(tmp=tmp_path))
    folder, key = InboxFolder(root), f"{POST}/en.md"
    assert folder.link_problem(key) is None
    assert folder.read_content(Version(key, id=key)) == b"mine"
    assert folder.read_folder(f"{POST}/").history_of(key).versions[0].size == len(b"mine")


@pytest.mark.parametrize("link", ["posts/sorae/fever", "posts/mulsori", "clinics", "clinics/sorae"])
def test_nothing_is_read_through_a_link_to_a_folder(root: Path, tmp_path: Path, link: str) -> None:
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(tmp_path / "outside", target_is_directory=True)
    folder = InboxFolder(root)
    below = f"{link}/post/ko.md"
    listed = set(folder.keys_and_links())
    assert link in listed
    assert not [key for key in listed if key.startswith(f"{link}/")]
    assert (list(folder.keys(f"{link}/")), folder.folders(f"{link}/")) == ([], [])
    assert not list(folder.read_folder(f"{link}/").uploaded_keys())
    with pytest.raises(Refused):
        folder.read_content(Version(below, id=below))


def test_an_inbox_that_is_itself_reached_by_a_link_is_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(root, target_is_directory=True)
    (root / POST / "en.md").symlink_to("ko.md")
    folder = InboxFolder(tmp_path / "current")
    assert [folder.read_content(Version(key, id=key)) for key in folder.keys("")] == [b"mine", b"mine"]
