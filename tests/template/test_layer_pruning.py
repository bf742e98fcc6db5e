"""What makes the layer says so when what it takes away, or keeps, is no longer where it was."""

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import babel
import botocore
import pytest

from colophon.language.served import served_languages
from layer.contents import UNUSED, prune
from layer.locale_data import find_locales, prune_locales
from layer.service_data import OPERATIONS, SERVICES, SHARED, prune_operations, prune_services
from tests.template.sam_build import ROOT

LANGUAGES = ("en", "ko", "zh-Hans")


def _with_all_unused(layer: Path) -> Path:
    for name in UNUSED:
        (layer / name).mkdir(parents=True)
        (layer / name / "module.py").write_text("")
    return layer


def test_what_nothing_imports_is_taken_away(tmp_path: Path) -> None:
    layer = _with_all_unused(tmp_path)
    (layer / "urllib3").mkdir()
    prune(layer)
    assert not any((layer / name).exists() for name in UNUSED)
    assert (layer / "urllib3").exists()


@pytest.mark.parametrize("name", UNUSED)
def test_a_package_that_has_moved_ends_the_build(name: str, tmp_path: Path) -> None:
    layer = _with_all_unused(tmp_path)
    shutil.rmtree(layer / name)
    with pytest.raises(SystemExit, match=f"no {name} any more"):
        prune(layer)


@pytest.mark.parametrize("name", [*SERVICES, *SHARED])
def test_a_service_that_is_not_described_any_more_ends_the_build(name: str, tmp_path: Path) -> None:
    whole = Path(botocore.__file__).parent / "data"
    for each in {*SERVICES, *SHARED} - {name}:
        (tmp_path / each).symlink_to(whole / each)
    with pytest.raises(SystemExit, match=f"describes no {name} any more"):
        prune_services(tmp_path)


@pytest.mark.parametrize(("service", "name"), [(s, name) for s, names in OPERATIONS.items() for name in names])
def test_an_operation_that_is_not_described_any_more_ends_the_build(service: str, name: str) -> None:
    described = {"operations": {each: {} for each in OPERATIONS[service] if each != name}, "shapes": {}}
    with pytest.raises(SystemExit, match=f"describes no {name} any more"):
        prune_operations(described, OPERATIONS[service])


def test_what_the_operations_use_stays_at_any_depth() -> None:
    shapes = {
        "In": {"type": "structure", "members": {"Keys": {"shape": "Keys"}, "shape": {"shape": "Word"}}},
        "Keys": {"type": "list", "member": {"shape": "Key"}},
        "Key": {"type": "structure", "members": {"In": {"shape": "In"}}},
        "Word": {"type": "string"},
        "Failed": {"type": "structure", "exception": True},
        "Other": {"type": "structure", "members": {"Word": {"shape": "Word"}}},
    }
    operations = {
        "Put": {"input": {"shape": "In"}, "errors": [{"shape": "Failed"}]},
        "Get": {"input": {"shape": "Other"}},
    }
    pruned = prune_operations({"metadata": {}, "operations": operations, "shapes": shapes}, ["Put"])
    assert pruned == {
        "metadata": {},
        "operations": {"Put": operations["Put"]},
        "shapes": {name: shapes[name] for name in shapes if name != "Other"},
    }


def _locales(folder: Path) -> Path:
    whole, own = Path(babel.__file__).parent, folder / "babel"
    (own / "locale-data").mkdir(parents=True)
    shutil.copy(whole / "global.dat", own)
    for locale in find_locales(LANGUAGES):
        shutil.copy(whole / f"locale-data/{locale}.dat", own / "locale-data")
    # A locale of Babel's whose language is not one of the interface.
    shutil.copy(whole / "locale-data/en.dat", own / "locale-data/qaa.dat")
    return own


def test_of_a_language_that_no_site_speaks_only_the_name_stays(tmp_path: Path) -> None:
    own = _locales(tmp_path)
    prune_locales(own, LANGUAGES)
    assert (own / "locale-data/qaa.dat").read_bytes() == b""
    assert "months" in pickle.loads((own / "locale-data/en.dat").read_bytes())


def test_a_locale_that_is_not_there_any_more_ends_the_build(tmp_path: Path) -> None:
    own = _locales(tmp_path)
    (own / "locale-data/ko.dat").unlink()
    with pytest.raises(SystemExit, match=r"no ko\.dat any more"):
        prune_locales(own, LANGUAGES)


def test_a_part_of_cldr_that_has_another_name_now_ends_the_build(tmp_path: Path) -> None:
    own = _locales(tmp_path)
    for locale in find_locales(LANGUAGES):
        path = own / f"locale-data/{locale}.dat"
        data = pickle.loads(path.read_bytes())
        data.pop("variants", None)
        path.write_bytes(pickle.dumps(data))
    with pytest.raises(SystemExit, match="no variants any more"):
        prune_locales(own, LANGUAGES)


def test_every_language_of_the_interface_is_kept_with_what_it_inherits_from() -> None:
    assert {tag.replace("-", "_") for tag in served_languages()} <= set(find_locales(served_languages()))
    assert find_locales(["en-GB", "pt-MZ"]) == ["en", "en_001", "en_GB", "pt", "pt_MZ", "pt_PT", "root"]


def test_the_regional_forms_of_a_language_are_kept_and_no_other_form() -> None:
    regions = ["zh_Hans_CN", "zh_Hans_HK", "zh_Hans_MO", "zh_Hans_MY", "zh_Hans_SG"]
    assert find_locales(["zh-Hans"]) == ["root", "zh", "zh_Hans", *regions]
    english = find_locales(["en"])
    assert {"en_GB", "en_001", "en_US"} <= set(english)
    assert not {name for name in english if "Shaw" in name or "POSIX" in name}


def test_a_language_that_cldr_does_not_know_ends_the_build() -> None:
    with pytest.raises(SystemExit, match="no dates for “qaa”"):
        find_locales(["en", "qaa"])


def test_without_python_3_13_the_build_says_what_is_missing(tmp_path: Path) -> None:
    for program in ("sh", "make", "ls"):
        found = shutil.which(program)
        assert found
        (tmp_path / program).symlink_to(found)
    done = subprocess.run(
        ["make", "--directory", ROOT / "shared", "build-ColophonLayer", f"ARTIFACTS_DIR={tmp_path / 'out'}"],
        env={**os.environ, "PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "needs Python 3.13 with pip" in done.stderr
    assert not (tmp_path / "out").exists()


def test_byte_code_of_another_python_is_never_made(tmp_path: Path) -> None:
    program = "import sys, runpy; sys.version_info = (3, 12, 1); runpy.run_module('layer', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "out"],
        cwd=ROOT / "shared",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "for Python 3.13" in done.stderr
    assert not (tmp_path / "out").exists()
