"""A post in memory or in a folder: what is sent, in which order, and what is refused before anything is."""

import unicodedata
from pathlib import Path

import pytest

from colophon_ops.errors import Misused
from colophon_ops.post_files import Post

FOLDER = "posts/sorae/cough/"


def test_withdrawals_go_before_images_and_images_before_texts() -> None:
    post = Post("sorae/cough", {"en": "a", "ko": b"b"}, {"a.jpg": b"c"}, {"en.md.withdrawal.yaml": "d"})
    assert list(post.steps()) == [
        {f"{FOLDER}en.md.withdrawal.yaml": b"d"},
        {f"{FOLDER}a.jpg": b"c"},
        {f"{FOLDER}en.md": b"a", f"{FOLDER}ko.md": b"b"},
    ]


def test_names_are_sent_in_nfc() -> None:
    (images,) = Post("sorae/cough", images={unicodedata.normalize("NFD", "목.jpg"): b"a"}).steps()
    assert list(images) == [f"{FOLDER}목.jpg"]


@pytest.mark.parametrize(
    ("post", "message"),
    [
        (Post("cough", {"en": "a"}), r"“cough” is not the name of a post\. Write my-clinic/my-post"),
        (Post("sorae/Cough", {"en": "a"}), "lower-case letters"),
        (Post("sorae/profile", {"en": "a"}), "reserved word"),
        (Post("sorae/cough"), "has no files"),
        (Post("sorae/cough", {"en_US": "a"}), "not a language tag"),
        (Post("sorae/cough", images={"a.heic": b"a"}), "iPhone"),
        (Post("sorae/cough", images={"en.md": b"a"}), "another kind of file"),
        (Post("sorae/cough", withdrawals={"a.jpg": b"a"}), "another kind of file"),
        (Post("sorae/cough", images={"b/a.jpg": b"a"}), "nothing with a key like this"),
    ],
)
def test_what_is_not_published_is_refused_with_a_fix(post: Post, message: str) -> None:
    with pytest.raises(Misused, match=message):
        list(post.steps())


def test_a_folder_is_read_by_what_its_files_are(tmp_path: Path) -> None:
    folder = tmp_path / "sorae/cough"
    folder.mkdir(parents=True)
    for name in ("ko.md", "a.jpg", "withdrawal.yaml", ".hidden"):
        (folder / name).write_text(name)
    post = Post.from_folder(folder)
    assert post == Post("sorae/cough", {"ko": b"ko.md"}, {"a.jpg": b"a.jpg"}, {"withdrawal.yaml": b"withdrawal.yaml"})
    assert Post.from_folder(folder, "sorae/other").folder == "posts/sorae/other/"
    (folder / "notes.docx").write_text("x")
    with pytest.raises(Misused, match=r"notes\.docx.* is not a kind of file"):
        Post.from_folder(folder)
    with pytest.raises(Misused, match="There is no folder"):
        Post.from_folder(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "sorae/cough"
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    (folder / "en.md").symlink_to(tmp_path / "secret")
    with pytest.raises(Misused, match="links out of an inbox are not followed"):
        Post.from_folder(folder)
