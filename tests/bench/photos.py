"""``colophon build`` of posts full of photos, beside the image library alone; and what hostile images take at most."""

import os
import sys
import time
from pathlib import Path

from colophon.problem import Refused
from colophon.stores.decoder import Decoder
from tests.bench.build_times import CORPUS, output_folder
from tests.bench.photo_corpus import write_photos
from tests.bench.processes import run_watched
from tests.images.test_hostile import CASES, peak_memory

_JOBS = "2"


def measure_photos(photos: int) -> dict[str, float]:
    """Photos by the second and memory of both, their ratio, and the slowest and largest of the hostile images."""
    inbox = CORPUS / f"photos-{photos}"
    if not inbox.exists():
        print(f"drawing {photos:,} photos ...", file=sys.stderr)
        write_photos(inbox, photos)
    programs = {
        "alone": [sys.executable, "-m", "tests.bench.photos_alone", str(inbox)],
        "colophon": [str(Path(sys.executable).parent / "colophon"), "build", str(inbox), "--jobs", _JOBS, "--out"],
    }
    figures: dict[str, float] = {}
    of = f"photos.{photos}"
    for name, command in programs.items():
        with output_folder() as out:
            times, memory = run_watched([*command, str(out)], os.environ)
            files = list(out.rglob("*.webp"))
            assert len(files) == 3 * photos, f"{name} wrote {len(files)} images"
        figures |= {f"{of}.{name}.a_second": photos / times.wall, f"{of}.{name}.wall_s": times.wall}
        figures[f"{of}.{name}.peak_mib"] = memory
        print(f"{photos:,} photos, {name}: {times.wall:.0f} s, {memory:.0f} MiB", file=sys.stderr)
    figures[f"{of}.wall_ratio"] = figures[f"{of}.colophon.wall_s"] / figures[f"{of}.alone.wall_s"]
    return figures | _measure_hostile_images()


def _measure_hostile_images() -> dict[str, float]:
    refused, accepted, memory = [0.0], [0.0], [0]
    with Decoder() as decoder:
        for case in CASES:
            content, begun, took = case.make(), time.perf_counter(), accepted
            try:
                decoder.make_copy(content)
            except Refused:
                took = refused
            took.append(time.perf_counter() - begun)
            memory.append(peak_memory())
    slowest = {"hostile.refused.slowest_s": max(refused), "hostile.accepted.slowest_s": max(accepted)}
    return {"hostile.images": len(CASES), **slowest, "hostile.peak_mib": max(memory) / 2**20}
