"""What no tool checks is not true: the house's own rules."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("colophon", "colophon_ops", "colophon_cli", "colophon_emulator")
SOURCES = sorted(
    path
    for part in (*(f"shared/{package}" for package in PACKAGES), "shared/layer", "functions")
    for path in ROOT.glob(f"{part}/**/*.py")
)
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "common", "misc", "base"}
LINES_IN_A_FILE = 400
LINES_IN_A_FUNCTION = 30
LINES_OF_AN_IDEA = 25
# A file, a package or module that its functions import, and what importing it at the top would cost.
IMPORTS_IN_FUNCTIONS = (
    ("shared/colophon/decision/drawings.py", "colophon.drawing", "only new clinics and settings need it"),
    ("shared/colophon/site_style/hiding.py", "tinycss2", "most sites have no style sheet of their own"),
    ("shared/colophon/site_style/sheet.py", "tinycss2", "most sites have no style sheet of their own"),
    ("shared/colophon/stores/decoder_child.py", "colophon.images.recipe", "its errors are reported to the parent"),
    ("shared/colophon/verbs/clinic_and_site.py", "colophon.listings", "only new clinics and sites need it"),
    ("shared/colophon/verbs/report.py", "colophon.verbs.number_edits", "only a text that replaced another needs it"),
    ("shared/colophon/wiring/aws.py", "aws_lambda_powertools", "only failures are logged"),
    ("shared/colophon_cli/__init__.py", "colophon_cli", "its other modules are imported without the commands"),
    ("shared/colophon_cli/terminal.py", "rich", "the processes of a build start without it"),
    ("shared/layer/__main__.py", "colophon.language.served", "it is the layer's, which is made by then"),
    ("shared/layer/code_version.py", "colophon.decision.code_version", "it is the layer's, which is made by then"),
    ("shared/layer/locale_data.py", "babel", "it is the layer's, which is made by then"),
    ("shared/layer/templates.py", "colophon.page.environment", "the other steps of making the layer need no Jinja"),
    ("shared/layer/templates.py", "jinja2", "the other steps of making the layer need no Jinja"),
)

MODULES = {
    ".".join(path.relative_to(ROOT / "shared").with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in ROOT.glob(f"shared/{package}/**/*.py")
}


def _imported_modules(module: str, path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= names & MODULES.keys() or {node.module} & MODULES.keys()
    return frozenset(found - {module})


@cache
def _imports_by_module() -> dict[str, frozenset[str]]:
    """When a test asks: every worker collects these tests, and one plays them."""
    return {module: _imported_modules(module, path) for module, path in MODULES.items()}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= LINES_IN_A_FILE
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short(path: Path) -> None:
    long = [
        f"{node.name}: {_code_lines(node)} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and _code_lines(node) > LINES_IN_A_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_no_two_classes_of_a_package_have_one_name() -> None:
    for package in (*PACKAGES, "layer"):
        names = Counter(
            node.name
            for path in (ROOT / "shared" / package).rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ClassDef)
        )
        assert not [name for name, times in names.items() if times > 1]


def test_no_short_module_serves_a_single_other_one() -> None:
    """It belongs in that one."""
    functions = [_imported_modules("", path) for path in ROOT.glob("functions/*/app.py")]
    assert not [
        module
        for module, path in MODULES.items()
        if len(path.read_text().splitlines()) < LINES_OF_AN_IDEA
        and path.name != "__init__.py"
        and sum(module in imported for imported in (*_imports_by_module().values(), *functions)) <= 1
    ]


def test_the_contents_of_the_decisions_name_every_decision_in_its_order() -> None:
    contents, _, decisions = (ROOT / "DECISIONS.md").read_text().partition("## Contents\n")[2].partition("\n## ")
    headings = re.findall(r"^(###?) (?:[0-9-]+: )?(.*)", f"## {decisions}", re.M)
    entries = re.findall(r"^( *)- \[(.*)\]\(", contents, re.M)
    assert [("###" if indent else "##", title) for indent, title in entries] == headings


def test_imports_make_no_circle() -> None:
    """Each module can be taken away once all that it imports are: a circle never can."""
    left = {module: set(imported) for module, imported in _imports_by_module().items()}
    while free := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in free:
            del left[module]
    assert not left


def test_imports_are_at_the_top_save_where_they_would_slow_a_start() -> None:
    found = [
        (str(path.relative_to(ROOT)), module)
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for module in _imports(function)
    ]
    assert not [
        each
        for each in found
        if not any(each[0] == file and f"{each[1]}.".startswith(f"{name}.") for file, name, _ in IMPORTS_IN_FUNCTIONS)
    ]


def test_only_settings_and_the_functions_see_the_environment() -> None:
    """The emulator plays Lambda, which sets the environment; operators' commands follow that of AWS's tools."""
    readers = {
        "/".join(path.relative_to(ROOT / "shared").parts[:2])
        for package in PACKAGES
        for path in ROOT.glob(f"shared/{package}/**/*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert readers <= {
        "colophon/settings.py",
        "colophon_ops/target.py",
        "colophon_emulator/engine.py",
        "colophon_emulator/invocation.py",
    }


def test_importing_anything_does_nothing() -> None:
    """Every module imports without an environment, without a clock read and without a client built."""
    modules = [
        ".".join(path.relative_to(ROOT / "shared").with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for path in ROOT.glob(f"shared/{package}/**/*.py")
    ]
    program = "import botocore.session, importlib\nbotocore.session.Session.create_client = None\n" + "\n".join(
        f"importlib.import_module({module!r})" for module in modules
    )
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "shared")}
    answer = subprocess.run([sys.executable, "-c", program], env=bare, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""


def test_locks_carry_hashes_and_no_address() -> None:
    image = [f"infra/image-layer/{name}.txt" for name in ("requirements", "sources", "build-requirements")]
    for lock in ("requirements-dev.txt", "shared/requirements.txt", "tests/tools/checkov.txt", *image):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE)
        assert len(pins) > 0
        assert text.count("--hash=sha256:") >= len(pins)


def _code_lines(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def _imports(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
