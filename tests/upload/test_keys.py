"""What a key of the inbox names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.upload.keys import (
    ClinicFile,
    ClinicWithdrawal,
    IgnoredKey,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostRef,
    PostWithdrawal,
    SiteFile,
    SiteIcon,
    SiteStyle,
    UnknownKey,
    is_language,
    is_slug,
    parse_key,
    to_nfc,
)

POST = PostRef("bomnal", "laser-2")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("site.yaml", SiteFile()),
        ("site.css", SiteStyle()),
        ("site.icon.png", SiteIcon()),
        ("clinics/bomnal/clinic.yaml", ClinicFile("bomnal")),
        ("clinics/bomnal/withdrawal.yaml", ClinicWithdrawal("bomnal")),
        ("posts/bomnal/laser-2/ko.md", PageRef(POST, "ko")),
        ("posts/bomnal/laser-2/zh-Hans.md", PageRef(POST, "zh-Hans")),
        ("posts/bomnal/laser-2/withdrawal.yaml", PostWithdrawal(POST)),
        ("posts/bomnal/laser-2/en.md.withdrawal.yaml", PageWithdrawal(PageRef(POST, "en"))),
        ("posts/bomnal/laser-2/a b+c.JPG", ImageRef(POST, "a b+c.JPG")),
        ("posts/bomnal/laser-2/\u1100\u1161.jpg", ImageRef(POST, "\uac00.jpg")),
        ("posts/bomnal/laser-2/a.jpg.withdrawal.yaml", ImageWithdrawal(ImageRef(POST, "a.jpg"))),
        ("posts/bomnal/laser-2/", IgnoredKey()),
        ("reports/posts/a/b/en.md.json", IgnoredKey()),
    ],
)
def test_each_kind_of_key_is_known(key: str, expected: ParsedKey) -> None:
    assert parse_key(key) == expected


def test_the_key_of_what_is_named_is_the_key() -> None:
    assert PageRef(POST, "en").key == "posts/bomnal/laser-2/en.md"
    assert ImageRef(POST, "a.jpg").key == "posts/bomnal/laser-2/a.jpg"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "site.yml",
        "site.CSS",
        "posts/site.css",
        "/site.yaml",
        "clinics/clinic.yaml",
        "clinics/Bomnal/clinic.yaml",
        "clinics/bomnal/other.yaml",
        "clinics/../clinic.yaml",
        "posts/bomnal/ko.md",
        "posts/bomnal/a/b/ko.md",
        "posts/bomnal/../ko.md",
        "posts/bomnal//ko.md",
        "posts/-a/b/ko.md",
        f"posts/{'a' * 82}/b/ko.md",
        "posts/bomnal/images/ko.md",
        "posts/search/a/ko.md",
        "posts/bomnal/a/EN.md",
        "posts/bomnal/a/en_US.md",
        "posts/bomnal/a/.md",
        "posts/bomnal/a/notes.txt",
        "posts/bomnal/a/a.svg",
        "posts/bomnal/a/a\n.jpg",
        f"posts/bomnal/a/{'가' * 66}.jpg",
        "posts/bomnal/a/a.svg.withdrawal.yaml",
        "posts/bomnal/a/EN.md.withdrawal.yaml",
        "Posts/bomnal/a/en.md",
    ],
)
def test_every_other_key_is_refused_with_words(key: str) -> None:
    unknown = parse_key(key)
    assert isinstance(unknown, UnknownKey)
    assert unknown.key == key
    assert unknown.problem.what.endswith(".")
    assert unknown.problem.fix.endswith(".")


@given(st.text())
def test_no_key_is_ever_too_odd(key: str) -> None:
    assert parse_key(key) is not None
    assert parse_key("posts/bomnal/laser-2/" + key) is not None


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_keys_that_normalise_alike_name_the_same(name: str) -> None:
    one, other = parse_key(f"posts/a/b/{name}.jpg"), parse_key(f"posts/a/b/{to_nfc(name)}.jpg")
    assert one == other or (isinstance(one, UnknownKey) and isinstance(other, UnknownKey))


@pytest.mark.parametrize(
    ("tag", "usual"), [("en", True), ("zh-Hant-TW", True), ("es-419", True), ("EN", False), ("e", False)]
)
def test_language_tags_are_known_by_their_usual_case(tag: str, usual: bool) -> None:
    assert is_language(tag) is usual


@pytest.mark.parametrize(
    ("name", "good"), [("a", True), ("0-a", True), ("a" * 81, True), ("a\n", False), ("profile", False)]
)
def test_names_of_clinics_and_posts_are_plain(name: str, good: bool) -> None:
    assert is_slug(name) is good


@pytest.mark.parametrize("name", ["IMG_1234.HEIC", "photo.heif", "scan.tiff", "logo.svg"])
def test_an_image_of_another_kind_is_told_how_to_become_one_that_is_taken(name):
    found = parse_key(f"posts/a-clinic/a-post/{name}")
    assert isinstance(found, UnknownKey)
    assert "kind that is not supported" in found.problem.what
    assert "JPEG" in found.problem.fix


@pytest.mark.parametrize(
    ("name", "is_for_phones"),
    [("a.HEIC", True), ("a.heif", True), ("a.tiff", False), ("a.bmp", False), ("a.svg", False)],
)
def test_advice_for_phones_is_only_for_their_photos(name: str, is_for_phones: bool) -> None:
    found = parse_key(f"posts/a-clinic/a-post/{name}")
    assert isinstance(found, UnknownKey)
    assert ("iPhone" in found.problem.fix) is is_for_phones


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("posts/a/b/withdrawal.yml", "withdrawal.yaml"),
        ("posts/a/b/Withdrawal.YAML", "withdrawal.yaml"),
        ("posts/a/b/en.md.withdrawal.yml", "en.md.withdrawal.yaml"),
        ("posts/a/b/a.jpg.withdrawal.yml", "a.jpg.withdrawal.yaml"),
        ("clinics/a/clinic.yml", "clinic.yaml"),
        ("clinics/a/Clinic.yaml", "clinic.yaml"),
        ("site.yml", "site.yaml"),
        ("SITE.css", "site.css"),
        ("site.icon.PNG", "site.icon.png"),
    ],
)
def test_a_name_that_differs_in_case_or_as_yml_is_told_its_own(key: str, name: str) -> None:
    found = parse_key(key)
    assert isinstance(found, UnknownKey)
    assert f"Name the file {name}." in found.problem.fix


@pytest.mark.parametrize(
    ("sign", "named"),
    [
        ("\u200b", "zero width space U+200B"),
        ("\u200e", "left-to-right mark U+200E"),
        ("\u202e", "right-to-left override U+202E"),
        ("\ufeff", "zero width no-break space U+FEFF"),
        ("\x07", "the control character U+0007"),
        ("\u2028", "line separator U+2028"),
        ("\ue000", "U+E000"),
    ],
)
def test_an_invisible_sign_in_a_file_name_is_refused_by_its_name(sign: str, named: str) -> None:
    found = parse_key(f"posts/a-clinic/a-post/a{sign}b.jpg")
    assert isinstance(found, UnknownKey)
    assert named in found.problem.what


@pytest.mark.parametrize("name", [".hidden.jpg", "a:b.jpg", "a\\b.png"])
def test_an_image_that_no_text_could_name_is_refused(name):
    found = parse_key(f"posts/a-clinic/a-post/{name}")
    assert isinstance(found, UnknownKey)
    assert found.problem.what == f"No text can refer to an image with the name “{name}”."


@pytest.mark.parametrize(
    "name",
    [
        "1.jpg",
        " a.jpg",
        "1:2.jpg",
        "a.b.JPG",
        "두 사진.png",
        "a+b-(1).jpg",
        "Screenshot at 3.04\u202fPM.jpg",
        "사진\u30001.jpg",
        "a\u00a0b.png",
        "\U0001f469\u200d\u2695\ufe0f.jpg",
    ],
)
def test_an_image_that_a_text_can_name_is_taken(name):
    assert isinstance(parse_key(f"posts/a-clinic/a-post/{name}"), ImageRef)


@pytest.mark.parametrize("key", ["site.icon.svg", "site.icon.ico", "site.icon.jpg", "site.icon."])
def test_an_icon_of_another_kind_is_told_what_to_upload(key: str) -> None:
    found = parse_key(key)
    assert isinstance(found, UnknownKey)
    assert key in found.problem.what
    assert "site.icon.png" in found.problem.fix
