"""The moment that a command takes as now."""

from datetime import UTC, datetime

from colophon.cli.failures import Misused


def moment_or_now(text: str) -> datetime:
    """The instant that ``text`` says in ISO 8601 with its UTC offset, or now where it is empty. Raises Misused."""
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misused(f"“{text}” is not a moment. Write it as 2026-05-31T18:30:00+09:00.") from None
    if moment.tzinfo is None:
        raise Misused(f"“{text}” does not say its UTC offset. Write it as 2026-05-31T18:30:00+09:00.")
    return moment.astimezone(UTC)
