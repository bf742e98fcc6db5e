"""The garbage collector rests while a function imports, and never looks at what was imported.

A function imports tens of thousands of objects, and none of them is garbage. The collector would walk them dozens of
times in a cold start, and again in the first invocation (docs.python.org: ``gc.freeze``).
"""

import gc


def pause_collector() -> None:
    """For the first line of a function's module, before it imports anything else."""
    gc.disable()


def resume_collector() -> None:
    """For the line after the imports."""
    # The emulator runs all functions in one process: what others have left there may be garbage.
    if not gc.get_freeze_count():
        gc.freeze()
    gc.enable()
