"""``colophon dev`` in this process, which also says how much its handlers and their caches keep in memory.

``python -m tests.load.measured_dev ANSWERS PART WORD...``: for each line on standard input, a line of JSON is added to
the file ANSWERS. PART is that of ``limits``.
"""

import functools
import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

from colophon_cli import main as run_command
from colophon_emulator.lambda_runtime import _ExecutionEnvironment
from tests.load.limits import divide_limits

_OWN = ("colophon.", "lambda_")
# Types of the language that hold objects of ours. What other libraries keep, and emulated AWS in them, is not counted.
_Cache = type(functools.lru_cache(abs))
_HOLDERS = (dict, list, tuple, set, frozenset, str, bytes, bytearray, MethodType, functools.partial)


def main() -> None:
    """Run the command, and answer meanwhile."""
    answers, part, *words = sys.argv[1:]
    divide_limits(int(part))
    threading.Thread(target=_answer, args=(Path(answers),), daemon=True).start()
    sys.argv = ["colophon", "dev", *words]
    run_command()


def _answer(answers: Path) -> None:
    for _ in sys.stdin:
        gc.collect()
        answer = json.dumps(measure_handlers())
        with answers.open("a") as file:
            file.write(answer + "\n")
    # The program that started it has ended, whatever ended that.
    os.kill(os.getpid(), signal.SIGTERM)


def measure_handlers() -> dict[str, int]:
    """The bytes that handlers keep between their invocations: whatever can be reached from the functions' modules and
    Colophon's without going through an object of another library. Those of ``caches`` that have a limit are counted by
    themselves: they fill up, and then stay as they are."""
    caches: list[Any] = []
    seen: set[int] = set()
    handlers = _measure(_roots(), seen, caches)
    held = [found for each in caches for found in _held_by(each)]
    return {"handlers": handlers, "caches": _measure(held, seen, caches)}


def _measure(roots: Iterable[Any], seen: set[int], caches: list[Any]) -> int:
    """The bytes of what can be reached from ``roots`` and was not ``seen``; caches with a limit are added to
    ``caches``."""
    size, to_visit = 0, list(roots)
    while to_visit:
        each = to_visit.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if _is_limited(each):
            caches.append(each)
            continue
        size += sys.getsizeof(each, 0)
        to_visit.extend(found for found in _held_by(each) if id(found) not in seen)
    return size


def _is_limited(each: Any) -> bool:
    return isinstance(each, _Cache) and each.cache_parameters()["maxsize"] is not None


def _roots() -> Iterator[Any]:
    yield from (dict(vars(module)) for name, module in list(sys.modules.items()) if name.startswith("colophon."))
    for each in gc.get_objects():
        if type(each) is _ExecutionEnvironment:
            yield dict(each.handler.__globals__)  # type: ignore[attr-defined]


def _held_by(holder: Any) -> Iterator[Any]:
    if isinstance(holder, FunctionType):
        held: list[Any] = [holder.__closure__, holder.__defaults__, holder.__dict__]
        held += [cell.cell_contents for cell in holder.__closure__ or () if _is_filled(cell)]
    else:
        held = gc.get_referents(holder)
    yield from (each for each in held if _is_counted(each))


def _is_filled(cell: Any) -> bool:
    try:
        return bool(cell.cell_contents is not None)
    except ValueError:
        return False


def _is_counted(each: Any) -> bool:
    if isinstance(each, (ModuleType, type)):
        return False
    if isinstance(each, FunctionType):
        return str(each.__module__).startswith(_OWN)
    kind = type(each)
    return kind in _HOLDERS or kind.__module__.startswith(_OWN) or kind is _Cache


if __name__ == "__main__":
    main()
