"""An inbox in memory, and what is decided about it.

Write the inbox as it was uploaded, file after file, then ask what was decided::

    uploads = folder().put("en.md", text("Coughs")).delete("en.md").put("withdrawal.yaml", HOLD)
    assert uploads.decide().page("en").shows == "tombstone: hold"

``folder()`` begins with a site and a clinic that is ready to publish, ``inbox()`` with nothing. A plain file name is a
file of the post ``dalbit/coughs``; any other file is named by its whole key (see ``files``). Uploads never change:
each call returns a longer list, so that one beginning serves many cases. A minute passes with each upload; ``until``
lets more time pass.

``decide`` takes every decision after every upload, and keeps the rows as the functions do. ``decide_at_once`` takes
them once, with everything in the inbox, as a build does. The readers are the real ones; images alone are read by
``Drawings``, for which an image is a short text.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tests.decision.decisions import Decisions, decide_all
from tests.decision.files import CLINIC_FILE, POST, record, settings
from tests.decision.in_memory import START, Step

_MINUTE = timedelta(minutes=1)


class Uploads(Struct, frozen=True):
    """Everything that was uploaded to an inbox, in order."""

    steps: tuple[Step, ...] = ()

    def put(self, name: str, content: bytes) -> "Uploads":
        """One more upload, of a file of the post or of a whole key."""
        return self._then(_key(name), content)

    def delete(self, name: str) -> "Uploads":
        """The file is deleted: a delete marker is put upon its versions."""
        return self._then(_key(name), None)

    def until(self, moment: str) -> "Uploads":
        """Nothing is uploaded until ``moment``, as 2026-03-20T09:00:00+09:00."""
        return Uploads((*self.steps, Step(utc(moment))))

    def decide(self) -> Decisions:
        """What is decided when every upload is answered before the next one comes."""
        return decide_all(self.steps)

    def decide_at_once(self) -> Decisions:
        """What is decided when nothing is answered before everything is uploaded."""
        decisions = Decisions()
        decisions.answer(self.steps)
        return decisions

    def _then(self, key: str, content: bytes | None) -> "Uploads":
        last = self.steps[-1].at if self.steps else START
        return Uploads((*self.steps, Step(last + _MINUTE, key, content)))


def inbox() -> Uploads:
    """An inbox in which nothing lies."""
    return Uploads()


def folder() -> Uploads:
    """An inbox with a site and a clinic that is ready to publish; nothing of a post yet."""
    return inbox().put("site.yaml", settings()).put(CLINIC_FILE, record())


def utc(moment: str) -> datetime:
    """The moment that a file writes as 2026-03-20T09:00:00+09:00."""
    return datetime.fromisoformat(moment).astimezone(UTC)


def _key(name: str) -> str:
    return name if "/" in name or name.startswith("site.") else f"{POST.folder}{name}"
