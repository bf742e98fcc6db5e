"""Whatever a key is spelled like, it ends as a page, an image or a report, and never as a fault."""

import unicodedata
from typing import Literal, TypeAlias

import pytest

from tests.emulated.desk import Desk
from tests.emulated.uploads import Clinic, edition, picture

HANGUL = "목 사진"
Form: TypeAlias = Literal["NFC", "NFD"]
SPELLINGS: tuple[Form, ...] = ("NFC", "NFD")


@pytest.mark.parametrize("uploaded", SPELLINGS)
@pytest.mark.parametrize("written", SPELLINGS)
def test_a_hangul_file_name_is_found_however_key_and_text_spell_it(
    desk: Desk, clinic: Clinic, uploaded: Form, written: Form
) -> None:
    post = clinic.post()
    key = post.key(unicodedata.normalize(uploaded, f"{HANGUL}.png"))
    name = unicodedata.normalize(written, f"{HANGUL}.png")
    desk.put(
        post.key("en.md"), edition(body=f"![A throat](<{name}>)", more=f'images: {{"{name}": {{credit: Sorae}}}}\n')
    )
    desk.put(key, picture())
    desk.settle()
    assert desk.state(key) == "live"
    assert desk.state(post.key("en.md")) == "live"
    shown = desk.show(post.path("en")).text
    assert desk.report(key)["url"] in shown
    assert "Sorae</span>" in shown


def test_spaces_and_plus_signs_in_a_key_mean_themselves(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    key = post.key("a + b (1)+%20.png")
    desk.put(key, picture())
    desk.put(post.key("en.md"), edition(body="![Both](<a + b (1)+%2520.png>)"))
    desk.settle()
    assert desk.state(key) == "live"
    assert desk.state(post.key("en.md")) == "live"
    url = desk.report(key)["url"]
    assert url in desk.show(post.path("en")).text
    assert desk.show(url).status == 200


def test_a_directory_marker_is_passed_over_in_silence(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.folder, b"")
    desk.put("posts/", b"")
    desk.put(f"posts/{clinic.name}/", b"")
    desk.put(post.key("en.md"), edition())
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    for marker in (post.folder, "posts/", f"posts/{clinic.name}/"):
        with pytest.raises(KeyError):
            desk.report(marker)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("site.yml", "Use site.yaml"),
        ("posts/lost.md", "posts/<clinic>/<post>/"),
        ("posts/{clinic}/cough/notes.docx", "“notes.docx” is not a kind of file"),
        ("posts/{clinic}/cough/en-us.md", "“en-us” is not a language tag"),
        ("posts/{clinic}/Cough/en.md", "Use 1 to 81 lower-case letters"),
        ("posts/{clinic}/profile/en.md", "“profile” is a reserved word"),
        ("posts/{clinic}/cough/images/throat.png", "posts/<clinic>/<post>/"),
        ("clinics/{clinic}/logo.png", "clinics/<clinic>/clinic.yaml"),
    ],
)
def test_a_key_that_names_nothing_is_refused_and_told_what_would(
    desk: Desk, clinic: Clinic, key: str, words: str
) -> None:
    key = key.format(clinic=clinic.name)
    desk.put(key, b"whatever")
    desk.settle()
    assert desk.state(key) == "refused"
    assert words in desk.told(key)
    desk.delete(key)
    desk.settle()
    assert desk.state(key) == "absent"
    assert desk.told(key) == ""
