"""Run by Lambda's Python with a layer: what is left to compile of its templates, and what its code version is."""

import json
import sys
from pathlib import Path
from typing import Any


def templates(layer: Path) -> dict[str, Any]:
    """Every template, and those that Jinja2 had to compile."""
    sys.path.insert(0, str(layer))
    from colophon.decision.code_version import code_version
    from colophon.page.environment import environment

    compiled: list[str] = []
    used = environment()
    compiles = used.compile

    def compile_and_tell(source: str, name: str, *rest: Any) -> Any:
        compiled.append(name)
        return compiles(source, name, *rest)

    used.compile = compile_and_tell  # type: ignore[assignment, method-assign]
    folder = layer / "colophon/templates"
    names = sorted(path.name for path in folder.iterdir() if path.suffix in (".html", ".xml"))
    for name in names:
        used.get_template(name)
    return {"names": names, "compiled": compiled, "code_version": code_version()}


if __name__ == "__main__":
    print(json.dumps(templates(Path(sys.argv[1]))))
