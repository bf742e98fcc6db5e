"""Every path that an image ever had: what the folder's versions alone can name, whatever its rows remember."""

from collections import Counter
from collections.abc import Mapping

from colophon.decision.look import Look
from colophon.decision.reading import Wanted, outlined
from colophon.images.copy import Outline, keys_of
from colophon.upload.keys import ImageRef
from colophon.upload.versions import History


def lives_of(history: History, shown: Outline | None, ended: int, look: Look) -> Mapping[Outline, int] | Wanted:
    """For every upload at ``history``, in any spelling, how often the image had ended when its last life began.

    ``ended`` counts how often it was deleted, or an order against it lifted. Older versions are read only at need:
    where there is but one and nothing ever ended, ``shown`` says all.
    """
    versions = [version for spelling in (history, *history.beside) for version in spelling.runs()]
    if len(versions) <= 1 and not ended:
        return {shown: 0} if shown else {}
    came: Counter[Outline] = Counter()
    for version in versions:
        outline = None if version.deleted else outlined(version, look.verdicts)
        if isinstance(outline, Wanted):
            return outline
        if outline:
            came[outline] += 1
    # The same bytes that come again after others begin another life, though nothing was deleted or withdrawn.
    return {outline: ended + times - 1 for outline, times in came.items()}


def paths_of(image: ImageRef, lives: Mapping[Outline, int]) -> set[str]:
    """The site keys of all of them."""
    return {key for outline, last in lives.items() for life in range(last + 1) for key in keys_of(image, outline, life)}
