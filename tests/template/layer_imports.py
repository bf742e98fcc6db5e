"""Run by Lambda's Python: imports a function's code with a layer beside it, and tells what that brought."""

import json
import sys
from pathlib import Path


def imported(layer: str, function: str) -> dict[str, object]:
    """The names of all top modules, and those modules of the layer that had to be compiled."""
    sys.path[:0] = [function, layer]
    import app

    of_layer = [module for module in sys.modules.values() if (getattr(module, "__file__", "") or "").startswith(layer)]
    return {
        "handler": callable(app.handler),
        "imported": sorted({name.partition(".")[0] for name in sys.modules}),
        "not_compiled": [module.__name__ for module in of_layer if not _compiled(module)],
    }


def _compiled(module: object) -> bool:
    file = Path(getattr(module, "__file__", ""))
    return file.suffix == ".so" or Path(getattr(module, "__cached__", None) or "-").exists()


if __name__ == "__main__":
    print(json.dumps(imported(sys.argv[1], sys.argv[2])))
