"""``colophon build`` again, beside a clean build in the same round: with nothing changed, and with one post changed.

And ``colophon preview``: the time from a saved file to the page that shows it.
"""

import os
import shutil
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen

from tests.bench.build_times import CORPUS, output_folder
from tests.bench.corpus import write_inbox
from tests.bench.post import make_post
from tests.bench.processes import Times, run_timed

_JOBS = "2"
_SAVES = 5
_PORT = 8768
_PATIENCE = 300.0


def measure_again(posts: int, rounds: int) -> dict[str, float]:
    """Wall and processor time of builds again as shares of a clean build's, and seconds from saved to shown."""
    inbox = CORPUS / f"inbox-{posts}-again"
    shutil.rmtree(inbox, ignore_errors=True)
    write_inbox(inbox, posts)
    # No file is as new as a build any more, as on any morning.
    time.sleep(3)
    times: dict[str, list[Times]] = {"clean": [], "nothing": [], "one_post": []}
    for turn in range(rounds):
        with output_folder() as out:
            for name, taken in times.items():
                if name == "one_post":
                    _save(_text_of(inbox, posts, turn), f"Round {turn}.")
                taken.append(
                    run_timed(_command("build", str(inbox), "--out", str(out), "--jobs", _JOBS), dict(os.environ))
                )
        print(f"again, round {turn + 1}: {[round(taken[-1].wall, 2) for taken in times.values()]} s", file=sys.stderr)
    figures = {f"again.{posts}.clean.wall_s": median(one.wall for one in times["clean"])}
    for name in ("nothing", "one_post"):
        pairs = list(zip(times[name], times["clean"], strict=True))
        figures |= {
            f"again.{posts}.{name}.wall_ratio": median(again.wall / clean.wall for again, clean in pairs),
            f"again.{posts}.{name}.cpu_ratio": median(again.cpu / clean.cpu for again, clean in pairs),
        }
    return figures | {f"again.{posts}.saved_to_shown_s": _measure_preview(inbox, posts)}


def _measure_preview(inbox: Path, posts: int) -> float:
    """The median of the seconds from the save of a post to the answer that shows it."""
    page = f"http://127.0.0.1:{_PORT}/en/{make_post(posts // 2).clinic.key}/{make_post(posts // 2).name}/"
    with output_folder() as place:
        environment = {**os.environ, "HOME": str(place.parent)}
        preview = Popen(_command("preview", str(inbox), "--port", str(_PORT)), env=environment, stdout=DEVNULL)
        try:
            _wait_for(page, b"<html")
            text = _text_of(inbox, posts, 0)
            taken = []
            for number in range(_SAVES):
                began = time.perf_counter()
                _save(text, f"Saved {number}.")
                _wait_for(page, f"Saved {number}.".encode())
                taken.append(time.perf_counter() - began)
                time.sleep(1)
        finally:
            preview.terminate()
            preview.wait()
    return median(taken)


def _text_of(inbox: Path, posts: int, turn: int) -> Path:
    post = make_post((posts // 2 + turn) % posts)
    return inbox / "posts" / post.clinic.key / post.name / "en.md"


def _save(text: Path, line: str) -> None:
    text.write_text(f"{text.read_text('utf-8')}\n{line}\n", "utf-8")


def _wait_for(page: str, content: bytes) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(page) as answer:
                if content in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"{page} does not show {content!r}.")


def _command(*words: str) -> list[str]:
    return [str(Path(sys.executable).parent / "colophon"), *words]
