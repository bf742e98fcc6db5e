"""The languages that Colophon can speak to readers in: notices, interface words and tombstones."""

SERVED_LANGUAGES = ("en", "ja", "ko", "zh-Hans")


def find_served_language(tag: str) -> str | None:
    """The language of ``NOTICE_LANGUAGES`` that serves readers of ``tag`` (BCP 47, canonical case), or None.

    Subtags are dropped from the end until one fits, as in RFC 4647, 3.4 (Lookup): ``en-GB`` is served in ``en``,
    ``zh-Hans-CN`` in ``zh-Hans``. Chinese without a script is served in none: ``zh-TW`` must not be led to ``zh-Hans``.
    """
    while tag:
        if tag in SERVED_LANGUAGES:
            return tag
        tag = tag.rpartition("-")[0]
    return None
