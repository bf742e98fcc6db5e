"""Names of files that people's machines spell otherwise."""

import unicodedata

import pytest

from colophon_ops.fix.names import fix_name

FOLDER = "posts/sorae/cough/"
LANGUAGES = ("ko", "en", "ja", "zh-Hans")


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("en_US.md", "en.md"),
        ("EN.md", "en.md"),
        ("kr.md", "ko.md"),
        ("Korean.md", "ko.md"),
        ("zh-CN.md", "zh-Hans.md"),
        ("en.md.txt", "en.md"),
        ("ja.markdown", "ja.md"),
        ("en_US.md.withdrawal.yaml", "en.md.withdrawal.yaml"),
        ("withdrawal.yml", "withdrawal.yaml"),
        (unicodedata.normalize("NFD", "시술 사진.jpg"), "시술 사진.jpg"),
        ("시술.jpg".encode("cp949").decode("utf-8", "surrogateescape"), "시술.jpg"),
    ],
)
def test_a_name_becomes_what_it_means(name: str, fixed: str) -> None:
    assert fix_name(FOLDER + name, LANGUAGES) == FOLDER + fixed
    assert fix_name(FOLDER + fixed, LANGUAGES) == FOLDER + fixed


@pytest.mark.parametrize(
    "name",
    [
        "en.md",
        "en_GB.md",
        "fr.md",
        "notes.docx",
        "notes.txt",
        "photo.HEIC",
        "a\u200bb.jpg",
        "\udcff\udcfe.jpg",
        "a.jpg",
    ],
)
def test_what_a_program_can_not_know_keeps_its_name(name: str) -> None:
    assert fix_name(FOLDER + name, LANGUAGES) == FOLDER + name


def test_the_sites_own_tags_decide() -> None:
    assert fix_name(f"{FOLDER}en_gb.md", ("ko", "en-GB")) == f"{FOLDER}en-GB.md"
    assert fix_name(f"{FOLDER}en.md", ("ko", "en-GB")) == f"{FOLDER}en-GB.md"
    assert fix_name(f"{FOLDER}en_US.md", ()) == f"{FOLDER}en_US.md"


def test_folders_are_addresses_and_keep_their_names() -> None:
    for key in ("posts/Sorae/Cough/en.md", "posts/소래/cough/ko.md", "site.yml"):
        assert fix_name(key, LANGUAGES) == key.replace(".yml", ".yaml")
