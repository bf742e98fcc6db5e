"""Until when a decision holds: up to the next moment that it compared with now."""

from datetime import UTC, datetime
from typing import Any, Self, SupportsIndex

from msgspec import Struct

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Validity(Struct, frozen=True, array_like=True):
    """The moments at which a decision is the same: from ``since`` up to, and without, ``until``."""

    since: datetime = _FIRST
    until: datetime = _LAST

    def includes(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    def shared_with(self, other: "Validity") -> "Validity":
        """The moments in both."""
        return Validity(max(self.since, other.since), min(self.until, other.until))


class TracedMoment(datetime):
    """A moment that notes what it is compared with, and so tells how long what was decided by it holds.

    A date that a decision reads but never compares makes no difference. So this needs no list of the fields that are
    dates, which a new field could be missing from. Arithmetic and the parts of the moment tell everything about it:
    then the decision holds for this moment only.
    """

    _since: datetime
    _until: datetime
    _plain: datetime

    @classmethod
    def trace(cls, moment: datetime) -> Self:
        """A traced moment, equal to ``moment``."""
        traced = cls.combine(moment.date(), moment.timetz())
        traced._since, traced._until = _FIRST, _LAST
        traced._plain = datetime.combine(moment.date(), moment.timetz())
        return traced

    @property
    def validity(self) -> Validity:
        """The moments at which every comparison so far has the same result."""
        return Validity(self._since, self._until)

    def _compare(self, other: Any) -> tuple[datetime, Any]:
        """Both sides of a comparison as plain moments. Notes on which side of ``other`` this one is."""
        own = self._plain
        if other is self:
            return own, own
        if isinstance(other, datetime):
            # Whether a moment counts as passed at that very moment, the decision knows: it is a bound either way.
            if other > own:
                self._until = min(self._until, other)
            else:
                self._since = max(self._since, other)
        return own, other

    def _expose(self) -> datetime:
        """This moment for a use that tells all of it."""
        self._since = self._until = self._plain
        return self._plain

    def __lt__(self, other: Any) -> bool:
        own, plain = self._compare(other)
        return bool(own < plain)

    def __le__(self, other: Any) -> bool:
        own, plain = self._compare(other)
        return bool(own <= plain)

    def __gt__(self, other: Any) -> bool:
        own, plain = self._compare(other)
        return bool(own > plain)

    def __ge__(self, other: Any) -> bool:
        own, plain = self._compare(other)
        return bool(own >= plain)

    def __eq__(self, other: object) -> bool:
        return self._expose() == other

    def __hash__(self) -> int:
        return hash(self._expose())

    def __add__(self, other: Any) -> Any:
        return self._expose() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._expose() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self._expose()

    def __str__(self) -> str:
        return str(self._expose())

    def __format__(self, spec: str) -> str:
        return format(self._expose(), spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return self._expose().__reduce_ex__(protocol)

    def date(self) -> Any:
        return self._expose().date()

    def astimezone(self, tz: Any = None) -> Any:
        return self._expose().astimezone(tz)

    def timestamp(self) -> float:
        return self._expose().timestamp()

    def isoformat(self, *arguments: Any, **named: Any) -> str:
        return self._expose().isoformat(*arguments, **named)

    def strftime(self, format: str) -> str:  # noqa: A002 - datetime's name
        return self._expose().strftime(format)
