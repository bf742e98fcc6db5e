"""A clinic with all its posts withdrawn by one command, to the end of its proof: seconds, places, and calls to AWS."""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.invocation import current_invocation
from colophon_emulator.lock import patch
from tests.bench.command import start_command, write_dev_file
from tests.bench.post import make_clinic
from tests.bench.stack_site import TEMPLATE, StackSite

# Every so many-th post has an image.
_PICTURED = 10


def measure_withdraw(posts: int) -> dict[str, float]:
    """What it takes to withdraw a clinic of ``posts`` posts."""
    of, clinic = f"withdraw.{posts}", make_clinic(0)
    with LocalStack(TEMPLATE, serve_s3=True, large_run=True) as stack, serve_site(stack, 0) as server:
        site = StackSite(stack, posts, clinic, range(0, posts, _PICTURED))
        site.fill()
        with write_dev_file(stack, server.url) as place, _count_calls() as calls, tempfile.TemporaryFile("w+") as said:
            began = time.perf_counter()
            with site.run_workers():
                words = ("withdraw", clinic.key, "--kind", "gone", "--reason", "clinic-request", "--yes", "--json")
                ended = start_command(place, *words, out=said).wait()
                seconds = time.perf_counter() - began
                site.wait_until_quiet()
            said.seek(0)
            proofs = json.load(said)
        readable = sum("status" not in site.object(key)["Metadata"] for key in site.pages())
    proven = [proof["seconds"] for proof in proofs if proof["verdict"] == "proven"]
    print(f"{dict(calls)}, ended with {ended}", file=sys.stderr)
    return {
        f"{of}.seconds": seconds,
        f"{of}.places": len(proofs),
        f"{of}.not_proven": len(proofs) - len(proven),
        f"{of}.last_place_s": max(proven, default=0),
        f"{of}.still_readable": readable,
        f"{of}.calls_a_post": calls.total() / posts,
    }


@contextmanager
def _count_calls() -> Iterator[Counter[str]]:
    """The calls that functions make for the time of the block, by function; what the emulation asks is no call."""
    calls: Counter[str] = Counter()
    answer = BotocoreStubber.process_request

    def counted(stubber: Any, request: Any) -> Any:
        if invocation := current_invocation():
            calls[invocation.function] += 1
        return answer(stubber, request)

    with patch(BotocoreStubber, "process_request", counted):
        yield calls
