"""Decoders that threads make at the same moment: a race ends the whole process, so it runs in one of its own."""

import subprocess
import sys

# Classes that no decoder has described yet, each within the other, as pages have outcomes and tokens.
_RACE = """
import sys
from threading import Barrier, Thread

from msgspec import Struct, defstruct

from colophon.stores.row_encoding import decoder_of

sys.setswitchinterval(1e-9)
THREADS, CLASSES = 9, 60
barrier = Barrier(THREADS)
inner = [defstruct(f"Inner{n}", [(f"a{i}", str) for i in range(8)], frozen=True) for n in range(CLASSES)]
outer = [defstruct(f"Outer{n}", [("one", kind), ("many", dict[str, kind])]) for n, kind in enumerate(inner)]
part = "{%s}" % ", ".join(f'"a{i}": "b"' for i in range(8))
row = '{"one": %s, "many": {"a": %s}}' % (part, part)


def decode_all():
    for kind in outer:
        barrier.wait()
        assert decoder_of(kind).decode(row).one.a7 == "b"


threads = [Thread(target=decode_all) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_threads_that_need_the_first_decoder_of_a_class_at_once_all_get_it() -> None:
    done = subprocess.run([sys.executable, "-c", _RACE], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
