"""The layer that `sam build` makes: small, compiled, and with all that a function may come to need."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydantic_core
import pytest
from botocore import xform_name

from colophon.decision.code_version import code_version
from colophon.language.served import served_languages
from layer.service_data import OPERATIONS
from tests.template import layer_words
from tests.template.sam_build import ROOT, lambda_python, sam_built

pytestmark = pytest.mark.slow
MOST_MIB = 35
PACKAGES = {
    *("annotated_types", "aws_lambda_powertools", "babel", "botocore", "cmarkgfm", "colophon", "dateutil", "jinja2"),
    *("jmespath", "markupsafe", "msgspec", "nh3", "pydantic", "pydantic_core", "six", "tinycss2", "typing_extensions"),
    *("typing_inspection", "tzdata", "urllib3", "webencodings", "yaml", "_yaml", "_cffi_backend"),
    "__pycache__",
}


@pytest.fixture(scope="module")
def layer() -> Path:
    return sam_built() / "ColophonLayer/python"


@pytest.fixture(scope="module")
def runnable(layer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer as it was built, with the compiled libraries of this machine in place of those of Lambda's."""
    if sys.version_info[:2] != (3, 13):
        pytest.skip("The libraries here are not of Lambda's version of Python.")
    own, place = Path(pydantic_core.__file__).parents[1], tmp_path_factory.mktemp("opt") / "python"
    shutil.copytree(layer, place, ignore=shutil.ignore_patterns("*.so"))
    for library in layer.rglob("*.so"):
        here = library.relative_to(layer)
        (found,) = (own / here.parent).glob(f"{library.name.partition('.')[0]}.*so")
        shutil.copy(found, place / here.parent)
    return place


def _told(program: str, *words: object, python: str = "") -> Any:
    """What the program beside this file prints, run by Lambda's Python, which sees nothing but what it is given."""
    command = [python or lambda_python(), "-I", "-B", Path(__file__).with_name(program), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_small(layer: Path) -> None:
    sizes = [path.stat().st_size for path in layer.rglob("*") if path.is_file()]
    assert sum(sizes) / 2**20 <= MOST_MIB


def test_it_holds_the_packages_that_functions_import_and_no_other(layer: Path) -> None:
    names = {path.name.partition(".")[0] for path in layer.iterdir() if path.suffix != ".dist-info"}
    assert names == PACKAGES
    assert not {path.name for path in (layer / "colophon").iterdir()} & {"cli"}
    assert not (layer / "colophon_emulator").exists()


def test_every_module_lies_there_compiled_for_lambda_and_is_what_its_source_says(layer: Path) -> None:
    told = _told("layer_byte_code.py", layer)
    assert told == {"modules": len(list(layer.rglob("*.py"))), "wrong": []}


def test_aws_is_described_as_far_as_the_functions_call_it(layer: Path) -> None:
    described = {path.name for path in (layer / "botocore/data").iterdir() if path.is_dir()}
    assert described == {"cloudfront", "dynamodb", "s3", "sqs"}


def test_every_function_imports_from_it_and_compiles_nothing(runnable: Path) -> None:
    functions = sorted(path.name for path in (ROOT / "functions").iterdir() if (path / "app.py").exists())
    for function in functions:
        told = _told("layer_imports.py", runnable, ROOT / "functions" / function)
        assert told["not_compiled"] == [], function
        assert told["handler"], function
        assert "aws_xray_sdk" not in told["imported"], function
        assert function == "image" or not {"PIL", "pyvips"} & set(told["imported"]), function


def test_no_template_is_left_to_compile_and_the_code_has_the_version_that_commands_know(
    runnable: Path,
) -> None:
    told = _told("layer_templates.py", runnable)
    assert "post.html" in told["names"]
    assert told["compiled"] == []
    assert told["code_version"] == code_version()


def test_a_template_that_is_another_than_was_compiled_is_compiled_anew(runnable: Path, tmp_path: Path) -> None:
    other = shutil.copytree(runnable, tmp_path / "python")
    with (other / "colophon/templates/post.html").open("a", encoding="utf-8") as template:
        template.write("{# changed #}")
    assert _told("layer_templates.py", other)["compiled"] == ["post.html"]


def test_clients_of_all_services_call_as_the_whole_library_would(runnable: Path) -> None:
    calls = _told("layer_calls.py", runnable)
    assert calls == _told("layer_calls.py", "", python=sys.executable)
    called = {(call["service"], call["operation"]) for call in calls}
    assert called == {(service, each) for service, operations in OPERATIONS.items() for each in operations}


def test_no_operation_is_described_that_no_store_calls() -> None:
    stores = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "shared/colophon/stores").glob("*.py")]
    calls = [node for tree in stores for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {
        node.args[0].value if method == "get_paginator" else method
        for node in calls
        if (method := _client_method(node))
    }
    # botocore calls HeadBucket by itself.
    described = {xform_name(each) for operations in OPERATIONS.values() for each in operations} - {"head_bucket"}
    assert called == described


def _client_method(call: ast.Call) -> str:
    """The method of ``self._client`` that is called; empty if it is another's."""
    function = call.func
    is_client = isinstance(function, ast.Attribute) and ast.unparse(function.value) == "self._client"
    return function.attr if is_client else ""


def test_dates_and_languages_are_told_as_with_all_of_cldr(runnable: Path) -> None:
    """In every language that a site may have; and every language that a clinic's name may be in has its name."""
    told = _told("layer_words.py", runnable)
    assert told == json.loads(json.dumps(layer_words.words()))
    assert set(served_languages()) < set(told["dates"])
    assert told["names"]["en"]["vi"] == "Vietnamese"
