"""The SAM command line takes the template and builds it, without Docker and without an account."""

from pathlib import Path

import pytest

from colophon.decision.code_version import BUILT_CODE_VERSION
from tests.template.sam_build import sam, sam_built

pytestmark = pytest.mark.slow
OURS = {".glyphs", ".txt", ".css", ".html", ".jinja", ".js", ".json", ".py", ".pyc", ".typed", ".xml", ".yaml"}
VERBS = ("Publish", "Image", "Relist", "Report", "Purge", "Sweep")


def test_sam_finds_the_template_valid() -> None:
    sam("validate", "--lint")


def test_sam_builds_functions_and_layers_that_hold_what_they_need_and_no_more() -> None:
    built = sam_built()
    for verb in VERBS:
        assert _names(built / f"{verb}Function") == {"app.py"}
    images = built / "ImageLayer/python"
    assert _names(images) >= {"pyvips", "cffi", "_libvips.abi3.so"}
    assert not list(images.glob("pyvips/**/*.so")), "built from source, pyvips compiles nothing"
    assert list(images.glob("pyvips/**/*.pyc")), "a cold start compiles no module"
    assert {path.name for path in built.iterdir() if (path / "template.yaml").exists()} == {"Cdn", "Alarms"}
    assert _names(built / "ColophonLayer") == {"python"}, "Lambda looks for a layer's modules there"
    package = built / "ColophonLayer/python/colophon"
    assert (package / "templates/post.html").exists()
    assert (package / "notices/en.yaml").exists()
    ours = {path for path in package.rglob("*") if path.is_file()} - {package / BUILT_CODE_VERSION}
    assert {path.suffix for path in ours} <= OURS
    assert not any("x86_64" in path.name for path in built.rglob("*.so")), "the functions run on arm64"


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
