"""Another template for a whole site: ``colophon republish --stale`` in a process of its own, killed halfway and begun
again. How often each page was put, whether the site is a build's then, and how long it took.
"""

import signal
import sys
import time

from colophon.stores.index import Index
from colophon_cli.local_stack import LocalStack
from colophon_ops.backlog import Selection
from tests.bench.command import start_command, write_dev_file
from tests.bench.stack_site import TEMPLATE, StackSite
from tests.earlier_code import MARK, earlier_code

_STALE = Selection(stale=True)
_COMMAND = ("republish", "--stale", "--yes")


def measure_republish(posts: int) -> dict[str, float]:
    """What became of ``posts`` posts, all of them made by an earlier template."""
    of = f"republish.{posts}"
    began = time.perf_counter()
    with LocalStack(TEMPLATE, serve_s3=True, large_run=True) as stack:
        site = StackSite(stack, posts)
        with earlier_code():
            site.fill()
            # The day's scan is over then, so that nothing else asks for what is stale.
            site.sweep()
        filled = time.perf_counter()
        # It says what code runs.
        site.sweep()
        before = site.revisions()
        through, seconds = _kill_and_resume(site)
        site.wait_until_quiet()
        puts = [rev - before[key] for key, rev in site.revisions().items()]
        earlier = sum(MARK in site.object(key)["Body"] for key in before)
        began_verifying = time.perf_counter()
        differences = site.count_differences()
        verified = time.perf_counter()
    return {
        f"{of}.fill_s": filled - began,
        f"{of}.fewest_puts": min(puts),
        f"{of}.most_puts": max(puts),
        f"{of}.made_before_the_kill": through,
        f"{of}.of_earlier_template": earlier,
        f"{of}.differences": differences,
        f"{of}.stale_s": seconds,
        f"{of}.posts_per_s": posts / seconds,
        f"{of}.verify_s": verified - began_verifying,
    }


def _kill_and_resume(site: StackSite) -> tuple[int, float]:
    """How many pages were made again when the command was killed, and the seconds of both its runs together."""
    halfway = sorted(site.page(number).post.folder for number in range(site.posts))[site.posts // 2]
    stack = site.stack
    index = Index(stack.client("dynamodb"), stack.table)
    with write_dev_file(stack) as place, site.run_workers():
        began = time.perf_counter()
        first = start_command(place, *_COMMAND)
        while first.poll() is None and index.read_command_cursor(_STALE.name).after < halfway:
            time.sleep(0.2)
        first.send_signal(signal.SIGKILL)
        killed = first.wait() == -signal.SIGKILL
        seconds = time.perf_counter() - began
        through = sum(MARK not in site.object(key)["Body"] for key in site.pages())
        print(f"killed: {killed}, {through:,} of {site.posts:,} pages made again", file=sys.stderr, flush=True)
        began = time.perf_counter()
        again = start_command(place, *_COMMAND).wait()
        seconds += time.perf_counter() - began
    if not killed or again:
        raise RuntimeError(f"The command was over before it could be killed, or ended with {again}.")
    return through, seconds
