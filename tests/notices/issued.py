"""The record of every notice text that was ever published, in ``issued.json``: by language, id and version, its hash.

With it a test notices that a text was changed and kept its version. ``make golden`` adds what is new.
"""

import json
from hashlib import sha256
from pathlib import Path

from colophon.language.served import served_languages
from colophon.notices.texts import Wording, load_notice_file

_RECORD = Path(__file__).parent / "issued.json"


def changed_texts() -> list[tuple[str, str]]:
    """Language, and id and version, of the notices whose text is not the one on record."""
    record = _read_record()
    return [
        (lang, text)
        for lang, texts in _current_texts().items()
        for text, digest in texts.items()
        if record.get(lang, {}).get(text, digest) != digest
    ]


def new_texts() -> dict[str, dict[str, str]]:
    """By language, the notices of which no text is on record in their version."""
    record = _read_record()
    new = {
        lang: {text: digest for text, digest in texts.items() if text not in record.get(lang, {})}
        for lang, texts in _current_texts().items()
    }
    return {lang: texts for lang, texts in new.items() if texts}


def record_new_texts() -> None:
    """Add to the record what is new. What is on record stays."""
    record = _read_record()
    for lang, texts in new_texts().items():
        record.setdefault(lang, {}).update(texts)
    _RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _read_record() -> dict[str, dict[str, str]]:
    record: dict[str, dict[str, str]] = json.loads(_RECORD.read_text("utf-8"))
    return record


def _current_texts() -> dict[str, dict[str, str]]:
    return {
        lang: {
            f"{name} {wording.version}": _digest(wording) for name, wording in load_notice_file(lang).wordings.items()
        }
        for lang in served_languages()
    }


def _digest(wording: Wording) -> str:
    return sha256(f"{wording.heading}\n{wording.text}\n{wording.link}".encode()).hexdigest()[:16]
