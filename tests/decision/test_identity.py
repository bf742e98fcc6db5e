"""The code version: it changes with everything that decides about bytes, and with nothing else."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from colophon.decision import code_version
from colophon.decision.code_version import BUILT_CODE_VERSION
from colophon.decision.identity import code_of, inputs_of
from tests.decision import identities

_CHANGED = """The inputs of an identity have changed. While a release is rolled out, both versions would then find each
other's rows out of date. If it is meant: python -m tests.decision.identities, and say in CHANGELOG.md that this release
must be deployed at once, not gradually."""
PACKAGE = Path(str(files("colophon")))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that the code version is computed from."""
    shutil.copytree(PACKAGE, tmp_path / "colophon", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code_version, "files", lambda package: tmp_path / package)
    return tmp_path / "colophon"


def version() -> str:
    code_version.code_version.cache_clear()
    try:
        return code_version.code_version()
    finally:
        code_version.code_version.cache_clear()


@pytest.mark.parametrize(
    "path",
    [
        "edition/markdown.py",
        "edition/read.py",
        "upload/yaml_fields.py",
        "clinic/record.py",
        "site_settings.py",
        "withdrawal.py",
        "views.py",
        "language/dates.py",
        "language/words/ko.yaml",
        "notices/gate.py",
        "notices/en.yaml",
        "fidelity/compare.py",
        "fidelity/measured.json",
        "fidelity/words/topics.txt",
        "page/post.py",
        "page/finished.py",
        "images/recipe.py",
        "listings/feeds.py",
        "templates/post.html",
        "templates/style.css",
        "templates/search.js",
        "decision/page.py",
        "decision/redirects.py",
        *(f"listings/kinds/{path.name}" for path in (PACKAGE / "listings/kinds").glob("*.py")),
    ],
)
def test_what_decides_about_bytes_counts(copy: Path, path: str) -> None:
    before = version()
    (copy / path).write_text((copy / path).read_text() + "\n")
    assert version() != before


@pytest.mark.parametrize(
    "path", ["stores/table.py", "verbs/sweep.py", "verbs/report.py", "wiring/pages.py", "settings.py"]
)
def test_what_only_moves_bytes_does_not(copy: Path, path: str) -> None:
    before = version()
    (copy / path).write_text((copy / path).read_text() + "\n")
    assert version() == before


@pytest.mark.parametrize(
    "statement",
    [
        "from colophon.page.ornament import (\n    Ornament,\n)",
        "from colophon.page import ornament",
        "from colophon.page import (\n    names,\n    ornament,\n)",
    ],
)
def test_a_module_that_starts_to_count_is_found_by_itself(copy: Path, statement: str) -> None:
    (copy / "page/ornament.py").write_text('"""New."""\n')
    before = version()
    with (copy / "page/post.py").open("a") as post:
        post.write(f"\n{statement}\n")
    counted = version()
    (copy / "page/ornament.py").write_text('"""Changed."""\n')
    assert before != counted != version()


@pytest.mark.parametrize(
    ("fp", "inputs", "code"), [("", "", ""), ("abc", "abc", ""), ("abc.123", "abc", "123"), ("abc.", "abc", "")]
)
def test_a_fingerprint_of_earlier_code_says_nothing_of_its_code(fp: str, inputs: str, code: str) -> None:
    assert (inputs_of(fp), code_of(fp)) == (inputs, code)


def test_the_name_of_a_text_counts_and_not_its_content_alone(copy: Path) -> None:
    """It says the language. Under this name it is in the same place among the others."""
    before = version()
    (copy / "notices/ko.yaml").rename(copy / "notices/kok.yaml")
    assert version() != before


def test_a_built_package_says_what_its_build_has_derived(copy: Path) -> None:
    (copy / BUILT_CODE_VERSION).write_text("built")
    assert version() == "built"


def test_of_sources_it_is_derived_each_time() -> None:
    assert not (PACKAGE / BUILT_CODE_VERSION).exists()


def test_every_version_computes_the_same_identities() -> None:
    assert identities.identities() == json.loads(identities.KEPT.read_text("utf-8")), _CHANGED
