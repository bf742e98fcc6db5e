"""Builds the layer: ``python3.13 -m layer OUT [--machine x86_64]``, run in the folder ``shared``."""

import shutil
import sys
from collections.abc import Collection
from pathlib import Path

from layer.byte_code import compile_all
from layer.code_version import write_code_version
from layer.contents import prune
from layer.install import install, parse_target
from layer.locale_data import prune_locales
from layer.package import copy_package
from layer.service_data import prune_services
from layer.templates import compile_templates

_HERE = Path(__file__).parents[1]


def main() -> None:
    """Write the layer to ``OUT/python/``, where Lambda looks for its modules. Deletes what was there before."""
    out, machine = parse_target(__doc__)
    layer = out / "python"
    shutil.rmtree(layer, ignore_errors=True)
    install(_HERE / "requirements.txt", layer, machine)
    copy_package(_HERE / "colophon", layer)
    prune(layer)
    # Import from the layer from here on: its Babel prunes its own data, its Jinja2 compiles its own templates.
    sys.path.insert(0, str(layer))
    prune_services(layer / "botocore/data")
    prune_locales(layer / "babel", _interface_languages())
    write_code_version(layer)
    compile_all(layer)
    compile_templates(layer)


def _interface_languages() -> Collection[str]:
    from colophon.language.served import served_languages

    return served_languages()


if __name__ == "__main__":
    main()
