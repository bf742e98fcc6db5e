"""The Nu HTML checker on files, all of them in one start of Java."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.browser import installed_tools

# What browsers know and the checker does not yet: CSS Properties and Values API Level 1, in all of them since 2024; CSS
# Motion Path Level 1; CSS View Transitions Level 1; -webkit-box-reflect, which only Safari and Chromium have.
_UNKNOWN_PROPERTIES = ("offset", "view-transition-name", "-webkit-box-reflect")
NOT_YET_KNOWN = frozenset(
    {
        "CSS: Unrecognized at-rule “@property”",
        *(f"CSS: “{name}”: Property “{name}” doesn't exist." for name in _UNKNOWN_PROPERTIES),
    }
)


def validate(files: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The checker's messages on each of ``files`` (HTML pages and style sheets by name), errors and warnings alike.

    They are written into ``folder``, which is empty.
    """
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    options = ("--also-check-css", "--format", "json", "--stdout", "--exit-zero-always")
    paths = [folder / name for name in files]
    output = subprocess.run(
        ["java", "-jar", installed_tools.NU, *options, *paths], check=True, capture_output=True, timeout=120
    ).stdout
    found: dict[str, list[str]] = {name: [] for name in files}
    for message in json.loads(output)["messages"]:
        if message["message"] in NOT_YET_KNOWN:
            continue
        name = message["url"].removeprefix(f"file:{folder}/")
        kind = message.get("subType", message["type"])
        found[name].append(f"line {message.get('lastLine', 0)}: {kind}: {message['message']}")
    return found
