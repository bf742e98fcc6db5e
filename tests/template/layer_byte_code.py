"""Run by Lambda's Python: looks at the byte-code of every module under a folder, as PEP 552 lays it out."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

_UNCHECKED_HASH = 1


def wrong_with(layer: Path) -> Iterator[str]:
    """What is wrong, by the path of a module."""
    compiled = set(layer.rglob("*.pyc"))
    for source in sorted(layer.rglob("*.py")):
        expected = Path(importlib.util.cache_from_source(str(source)))
        if expected not in compiled:
            yield f"{source} is not compiled"
            continue
        compiled.remove(expected)
        code = expected.read_bytes()
        if code[:4] != importlib.util.MAGIC_NUMBER:
            yield f"{source} is compiled for another Python"
        elif int.from_bytes(code[4:8], "little") != _UNCHECKED_HASH:
            yield f"{source} would be compared with its byte-code at each import"
        elif code[8:16] != importlib.util.source_hash(source.read_bytes()):
            yield f"{source} was compiled from another source"
    yield from (f"{left} has no source, or is there twice" for left in sorted(compiled))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps({"modules": len(list(folder.rglob("*.py"))), "wrong": list(wrong_with(folder))}))
