"""An interface language is two files: its interface words and its notices."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from babel.core import Locale
from babel.localedata import locale_identifiers

from colophon.language.served import served_languages
from colophon.language.words import words_for

SHARED = Path(__file__).parents[2] / "shared"
FILES = ("language/words", "notices")
# A language of CLDR's that is not served, whichever are: dates need CLDR.
ABSENT = min(tag for tag in locale_identifiers() if tag.isalpha() and tag not in served_languages())

PROGRAM = """
import json, sys
from datetime import UTC, date, datetime
from colophon.clinic.record import ClinicRecord
from colophon.edition.model import Edition, FrontMatter, Prose, Source, Translation
from colophon.page.finished import finish_page
from colophon.site_settings import read_site
from colophon.upload.keys import PageRef, PostRef
from colophon.views import PostView, TombstoneView
from layer.locale_data import find_locales
from colophon.language.served import served_languages

lang = sys.argv[1]
page = PageRef(PostRef("noeul", "guards"), lang)
settings = f"url: https://a.example\\nname: {{en: A}}\\nlanguages: [ko, {lang}]\\ncontact: mailto:a@a.example"
site = read_site(settings.encode())
source = Source(channel="blog", url="https://b.example/1", posted=date(2025, 2, 3), title="x")
front = FrontMatter(title="y", source=source, translation=Translation(at=datetime(2026, 4, 22, tzinfo=UTC), system="z"))
view = PostView(page, Edition(lang, front, (Prose("<p>y</p>"),), "y"), ClinicRecord(names={"ko": "x"}), site)
print(json.dumps({
    "served": served_languages(),
    "locales": list(find_locales(served_languages())),
    "page": finish_page(page, view, 1, "fp").content.decode(),
    "tombstone": finish_page(page, TombstoneView("gone", lang, site), 1, "fp").content.decode(),
}))
"""


def test_every_language_has_both_files() -> None:
    for folder in FILES:
        names = {entry.name for entry in (files("colophon") / folder).iterdir() if entry.name.endswith(".yaml")}
        assert names == {f"{lang}.yaml" for lang in served_languages()}, f"colophon/{folder}"


def test_cldr_knows_every_language() -> None:
    for lang in served_languages():
        assert Locale.parse(lang, sep="-").months
        assert words_for(lang).lang == lang


def test_the_languages_are_sorted() -> None:
    """Messages and schemas list them: their order is part of what uploaders and programs read."""
    assert list(served_languages()) == sorted(served_languages())


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of what the layer is made from, to which files can be added."""
    for name in ("colophon", "layer"):
        shutil.copytree(SHARED / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def _run(package: Path, lang: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, lang], cwd=package, env={"PYTHONPATH": str(package)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_with_two_files_a_language_has_pages_tombstones_dates_and_its_data_in_the_layer(package: Path) -> None:
    for folder in FILES:
        words = yaml.load((package / "colophon" / folder / "en.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
        if folder == "notices":
            words["notices"]["label"]["text"] = "Invented label"
            words["notices"]["tombstone-gone"]["heading"] = "Invented heading"
        (package / "colophon" / folder / f"{ABSENT}.yaml").write_text(yaml.safe_dump(words), "utf-8")
    run = _run(package, ABSENT)
    assert run.returncode == 0, run.stderr
    made = json.loads(run.stdout)
    assert made["served"] == sorted([*served_languages(), ABSENT])
    assert ABSENT in made["locales"]
    assert f'<html lang="{ABSENT}"' in made["page"]
    assert "Invented label" in made["page"]
    assert "Invented heading" in made["tombstone"]


def test_without_its_notices_a_language_has_no_page(package: Path) -> None:
    words = package / "colophon/language/words"
    shutil.copy(words / "en.yaml", words / f"{ABSENT}.yaml")
    run = _run(package, ABSENT)
    assert f"The notice file of {ABSENT} is missing" in run.stderr
