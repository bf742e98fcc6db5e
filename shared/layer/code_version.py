"""Writes the code version into the layer, as its package would derive it from the same sources at each cold start."""

from pathlib import Path


def write_code_version(layer: Path) -> None:
    """Write the code version of the package in ``layer`` into the package."""
    # Imported only now, from the layer: __main__ has put it on the path.
    from colophon.decision.code_version import BUILT_CODE_VERSION, hash_sources

    (layer / "colophon" / BUILT_CODE_VERSION).write_text(hash_sources())
