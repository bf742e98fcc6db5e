"""Images that no text shows: their uploader is told, once the texts have had a day to come."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from colophon.decision.look import Look
from colophon.decision.parts import ImagePart, PostRow
from colophon.problem import Problem
from colophon.upload.keys import ImageRef

_PATIENCE = timedelta(days=1)
# Their text was not read, so nobody knows what it shows.
_UNREAD = ("withdrawn", "refused")


def is_shown_nowhere(name: str, row: PostRow) -> bool:
    """Whether no text of the post names the image, be it one that waits. Where one was not read, it may."""
    pages = row.pages.values()
    return not any(name in part.uses or part.outcome.state in _UNREAD for part in pages)


def is_unused(part: ImagePart, image: ImageRef, look: Look) -> bool:
    """Whether the uploader of ``image`` should be told by now that no text shows it."""
    due = _due(image, look)
    return _may_be_unused(part, image, look) and (due is None or look.now >= due)


def with_use(part: ImagePart, image: ImageRef, look: Look) -> ImagePart:
    """``part``, with a word to its uploader if no text shows it, and the moment at which that is to be asked again."""
    if is_unused(part, image, look):
        problems = (*part.outcome.problems, _shown_nowhere(image))
        return replace(part, unused=True, outcome=replace(part.outcome, problems=problems))
    if _may_be_unused(part, image, look):
        return replace(part, next_at=min(moment for moment in (part.next_at, _due(image, look)) if moment))
    return part


def _may_be_unused(part: ImagePart, image: ImageRef, look: Look) -> bool:
    return part.state == "ready" and is_shown_nowhere(image.name, look.row)


def _due(image: ImageRef, look: Look) -> datetime | None:
    """When patience ends. None where nobody can say when the image came: in a folder on disk."""
    since = next((version.since for version in look.folder.history(image.key).runs()), None)
    return since + _PATIENCE if since else None


def _shown_nowhere(image: ImageRef) -> Problem:
    fix = f"Name it in a text of {image.post.folder} as ![what it shows]({image.name}), or delete it."
    return Problem("No text of the post shows this image.", fix, severity="warning")
