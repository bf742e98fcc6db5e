"""What a withdrawal is against, by name, by key and by address; and what covers what."""

import pytest

from colophon.upload.keys import (
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
)
from colophon_ops.errors import Misused
from colophon_ops.withdraw.footprint import covers, is_wider
from colophon_ops.withdraw.subject import (
    WithdrawalTarget,
    parse_address,
    parse_target,
    parse_target_key,
    target_text,
)

SITE = ("https://shelf.example", "http://127.0.0.1:8765")
POST = PostRef("sorae", "cough")
PAGE, IMAGE = PageRef(POST, "en"), ImageRef(POST, "ear.jpg")
CLINIC_TARGET, POST_TARGET = ClinicWithdrawal("sorae"), PostWithdrawal(POST)
PAGE_TARGET, IMAGE_TARGET = PageWithdrawal(PAGE), ImageWithdrawal(IMAGE)


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("sorae", "clinics/sorae/withdrawal.yaml"),
        ("clinics/sorae", "clinics/sorae/withdrawal.yaml"),
        ("clinics/sorae/clinic.yaml", "clinics/sorae/withdrawal.yaml"),
        ("posts/sorae/", "clinics/sorae/withdrawal.yaml"),
        ("sorae/cough", "posts/sorae/cough/withdrawal.yaml"),
        ("posts/sorae/cough", "posts/sorae/cough/withdrawal.yaml"),
        ("posts/sorae/cough/withdrawal.yaml", "posts/sorae/cough/withdrawal.yaml"),
        ("sorae/cough/en", "posts/sorae/cough/en.md.withdrawal.yaml"),
        ("sorae/cough/zh-Hans.md", "posts/sorae/cough/zh-Hans.md.withdrawal.yaml"),
        ("posts/sorae/cough/en.md.withdrawal.yaml", "posts/sorae/cough/en.md.withdrawal.yaml"),
        ("sorae/cough/image 2.jpg", "posts/sorae/cough/image 2.jpg.withdrawal.yaml"),
        ("sorae/cough/\u1106\u1169\u11a8.png", "posts/sorae/cough/목.png.withdrawal.yaml"),
    ],
)
def test_a_clinic_a_post_an_edition_and_an_image_are_known_by_name_and_by_key(what: str, key: str) -> None:
    target = parse_target(what)
    assert target.key == key
    assert parse_target(target.target_name) == target


@pytest.mark.parametrize(
    "what", ["", "Sorae", "profile", "sorae/cough/notes.docx", "sorae/cough/en/x", "site.yaml", "a/b/c/d/e"]
)
def test_what_names_nothing_is_misused(what: str) -> None:
    with pytest.raises(Misused):
        parse_target(what)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("https://shelf.example/en/sorae/cough/", "the edition sorae/cough/en"),
        ("https://SHELF.example/en/sorae/cough", "the edition sorae/cough/en"),
        ("http://127.0.0.1:8765/ko/sorae/cough/?a=b#top", "the edition sorae/cough/ko"),
        ("/en/sorae/cough/index.html", "the edition sorae/cough/en"),
        ("/images/sorae/cough/two%20ears.0b69d44b6962-480.webp", "the image sorae/cough/two ears.png"),
        ("/images/sorae/cough/ear.0b69d44b6962.2-1600.jpg", "the image sorae/cough/ear.jpg"),
    ],
)
def test_an_address_of_the_site_means_its_page_or_its_image(address: str, what: str) -> None:
    assert target_text(parse_address(address, SITE, _image_names)) == what


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://elsewhere.example/en/sorae/cough/", "is not on this site"),
        ("/en/sorae/", "write sorae"),
        ("/en/sorae/2026/01/", "write sorae"),
        ("/en/", "not the address of a post or an image"),
        ("https://[::1/en/sorae/cough/", r"is not an address \(Invalid IPv6 URL\). Write my-clinic"),
        ("//[::1/en/sorae/cough/", "is not an address"),
        ("/images/sorae/cough/nose.0b69d44b6962-480.webp", "ever uploaded"),
        ("/images/sorae/cough/twin.0b69d44b6962-480.webp", "twin.jpg, twin.png"),
    ],
)
def test_another_address_is_turned_down_and_says_what_to_write(address: str, why: str) -> None:
    with pytest.raises(Misused, match=why):
        parse_address(address, SITE, _image_names)


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("clinics/sorae/withdrawal.yaml", CLINIC_TARGET),
        ("posts/sorae/cough/withdrawal.yaml", POST_TARGET),
        ("posts/sorae/cough/en.md.withdrawal.yaml", PAGE_TARGET),
        ("posts/sorae/cough/ear.jpg.withdrawal.yaml", IMAGE_TARGET),
        ("clinics/sorae/clinic.yaml", None),
        ("posts/sorae/cough/en.md", None),
        ("posts/sorae/cough/ear.jpg", None),
        ("site.yaml", None),
        ("nothing", None),
    ],
)
def test_the_key_of_a_withdrawal_says_what_it_is_against(key: str, target: WithdrawalTarget | None) -> None:
    assert parse_target_key(key) == target


@pytest.mark.parametrize(
    ("target", "text", "page", "image"),
    [
        (CLINIC_TARGET, "the clinic sorae", True, True),
        (POST_TARGET, "the post sorae/cough", True, True),
        (PAGE_TARGET, "the edition sorae/cough/en", True, False),
        (IMAGE_TARGET, "the image sorae/cough/ear.jpg", False, True),
        (PageWithdrawal(PageRef(POST, "ko")), "the edition sorae/cough/ko", False, False),
        (PostWithdrawal(PostRef("sorae", "fever")), "the post sorae/fever", False, False),
    ],
)
def test_a_target_covers_its_own_pages_and_images(target: WithdrawalTarget, text: str, page: bool, image: bool) -> None:
    assert target_text(target) == text
    assert (covers(target, PAGE), covers(target, IMAGE)) == (page, image)


@pytest.mark.parametrize(
    ("target", "wider"),
    [
        (CLINIC_TARGET, set()),
        (POST_TARGET, {CLINIC_TARGET}),
        (PAGE_TARGET, {CLINIC_TARGET, POST_TARGET}),
        (IMAGE_TARGET, {CLINIC_TARGET, POST_TARGET}),
    ],
)
def test_a_wider_target_covers_all_of_another(target: WithdrawalTarget, wider: set[WithdrawalTarget]) -> None:
    every = (CLINIC_TARGET, POST_TARGET, PAGE_TARGET, IMAGE_TARGET)
    assert {other for other in every if is_wider(other, target)} == wider


def _image_names(_: PostRef) -> list[str]:
    return ["two ears.png", "ear.jpg", "twin.png", "twin.jpg"]
