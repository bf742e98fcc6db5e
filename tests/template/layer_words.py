"""Run by Lambda's Python with a layer, or imported with the whole library: what needs CLDR's data."""

import json
import sys
from datetime import UTC, date, datetime
from typing import Any

_DAYS = [date(2026, month, 22) for month in range(1, 13)]
_AT = datetime(2026, 4, 22, 14, 39, tzinfo=UTC)
# Languages of a site that are served by another's words.
_REGIONAL = ("en-GB", "en-KR", "en-Shaw", "ko-KR", "zh-Hans-SG")
# Tags that names may have: plain, with script, with region, with both, unknown to CLDR, right to left.
_TAGS = (
    *("ar", "de", "en-GB", "es-419", "fr", "he", "ja", "ko", "ko-Latn", "mn", "pt-BR", "ru", "sr-Latn", "th", "tl"),
    *("tlh", "uz", "vi", "yue", "zh", "zh-Hans", "zh-Hant", "zh-Hant-HK", "zh-TW"),
)


def words() -> dict[str, Any]:
    """Dates of a year, own names and directions by the site's language, and the names of languages by its reader."""
    from colophon.language.dates import format_day, format_instant, format_month, format_month_name
    from colophon.language.languages import direction, language_name, own_name
    from colophon.language.served import served_languages

    return {
        "dates": {
            tag: [
                *(
                    f"{format_day(day, tag)} {format_month(day, tag)} {format_month_name(day.month, tag)}"
                    for day in _DAYS
                ),
                format_instant(_AT, tag),
            ]
            for tag in (*served_languages(), *_REGIONAL)
        },
        "own": {tag: (own_name(tag), direction(tag)) for tag in (*served_languages(), *_REGIONAL)},
        "names": {reader: {tag: language_name(tag, reader) for tag in _TAGS} for reader in served_languages()},
    }


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(words()))
