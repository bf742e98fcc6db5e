"""The code version: the identity of everything in this package that decides about bytes.

It needs no library, so that the build of the layer, whose libraries are Lambda's, can derive it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# The code version of a built package, in its folder. The build writes it; it is no source, so git has none.
BUILT_CODE_VERSION = "code_version"
# What reads uploads, what decides, and what makes the files of images. Whatever these import counts, at any depth.
_ROOTS = ("verbs.reading", "decision.page", "decision.image", "listings.kinds", "images.recipe")
_IMPORT = re.compile(r"^ *from colophon(?:\.([\w.]+))? import (\([^)]*\)|[^\n]*)", re.MULTILINE)
# Templates, style, scripts, the texts of notices and of the interface, and what comparisons of texts know.
_DATA_ENDINGS = (".html", ".xml", ".css", ".js", ".yaml", ".json", ".txt")


@cache
def code_version() -> str:
    """The identity of everything in this package that decides about the bytes of pages, listings and images.

    A built package has it in a file, as reading all sources takes about 25 ms of each cold start.
    """
    built = files("colophon") / BUILT_CODE_VERSION
    return built.read_text() if built.is_file() else hash_sources()


def hash_sources() -> str:
    """The code version, derived from the sources, so that no list of modules can go stale: the modules that ``_ROOTS``
    import, and every template and text."""
    paths = dict(_list_files(files("colophon")))
    contents = {name: entry.read_bytes() for name, entry in paths.items() if name.endswith(_DATA_ENDINGS)}
    contents |= _read_imported(paths)
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode() + b"\0" + contents[name])
    return digest.hexdigest()[:16]


def _list_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _list_files(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _read_imported(paths: Mapping[str, Traversable]) -> dict[str, bytes]:
    """The sources of ``_ROOTS`` and of all that they import of this package, by path."""
    sources: dict[str, bytes] = {}
    pending = list(_ROOTS)
    while pending:
        module = pending.pop().replace(".", "/")
        for path in (f"{module}.py", f"{module}/__init__.py"):
            if path in paths and path not in sources:
                sources[path] = paths[path].read_bytes()
                for package, names in _IMPORT.findall(sources[path].decode()):
                    # An imported name may be a module of that package.
                    pending += [package, *(f"{package}.{name}".strip(".") for name in re.findall(r"\w+", names))]
    return sources
