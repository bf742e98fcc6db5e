"""Whatever a key is spelled like, it ends as a page, an image or a report, and never as a fault."""

import unicodedata
from typing import Literal, TypeAlias

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, edition, picture

HANGUL = "목 사진"
Form: TypeAlias = Literal["NFC", "NFD"]
SPELLINGS: tuple[Form, ...] = ("NFC", "NFD")


@pytest.mark.parametrize("uploaded", SPELLINGS)
@pytest.mark.parametrize("written", SPELLINGS)
def test_a_hangul_file_name_is_found_however_key_and_text_spell_it(
    driver: StackDriver, clinic: Clinic, uploaded: Form, written: Form
) -> None:
    post = clinic.post()
    key = post.key(unicodedata.normalize(uploaded, f"{HANGUL}.png"))
    name = unicodedata.normalize(written, f"{HANGUL}.png")
    driver.put(
        post.key("en.md"), edition(body=f"![A throat](<{name}>)", more=f'images: {{"{name}": {{credit: Sorae}}}}\n')
    )
    driver.put(key, picture())
    driver.settle()
    assert driver.state(key) == "live"
    assert driver.state(post.key("en.md")) == "live"
    shown = driver.fetch(post.path("en")).text
    assert driver.report(key)["url"] in shown
    assert "Sorae</span>" in shown


def test_spaces_and_plus_signs_in_a_key_mean_themselves(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    key = post.key("a + b (1)+%20.png")
    driver.put(key, picture())
    driver.put(post.key("en.md"), edition(body="![Both](<a + b (1)+%2520.png>)"))
    driver.settle()
    assert driver.state(key) == "live"
    assert driver.state(post.key("en.md")) == "live"
    url = driver.report(key)["url"]
    assert url in driver.fetch(post.path("en")).text
    assert driver.fetch(url).status == 200


def test_a_directory_marker_is_passed_over_in_silence(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    driver.put(post.folder, b"")
    driver.put("posts/", b"")
    driver.put(f"posts/{clinic.name}/", b"")
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    for marker in (post.folder, "posts/", f"posts/{clinic.name}/"):
        with pytest.raises(KeyError):
            driver.report(marker)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("site.yml", "Name the file site.yaml"),
        ("site.txt", "Use site.yaml"),
        ("posts/lost.md", "posts/<clinic>/<post>/"),
        ("posts/{clinic}/cough/notes.docx", "“notes.docx” is not a kind of file"),
        ("posts/{clinic}/cough/en-us.md", "“en-us” is not a language tag"),
        ("posts/{clinic}/Cough/en.md", "Use 1 to 81 lower-case letters"),
        ("posts/{clinic}/profile/en.md", "“profile” is a reserved word"),
        ("posts/{clinic}/cough/images/throat.png", "posts/<clinic>/<post>/"),
        ("clinics/{clinic}/logo.png", "clinics/<clinic>/ with clinic.yaml"),
    ],
)
def test_an_unknown_key_is_refused_with_the_names_that_are_allowed(
    driver: StackDriver, clinic: Clinic, key: str, words: str
) -> None:
    key = key.format(clinic=clinic.name)
    driver.put(key, b"whatever")
    driver.settle()
    assert driver.state(key) == "refused"
    assert words in driver.report_text(key)
    driver.delete(key)
    driver.settle()
    assert driver.state(key) == "absent"
    assert driver.report_text(key) == ""
