"""The record of what was published, to which ``make golden`` adds what is new.

``issued.json`` has the hash of every notice text, by language, id and version: a text that was changed needs a new
version. ``policies.json`` has the notices of posts' pages by policy version: another set needs a new version too.
"""

import json
import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from colophon.language.served import served_languages
from colophon.notices.policy import POLICY_VERSION
from colophon.notices.texts import Wording, load_notice_file

_RECORD = Path(__file__).parent / "issued.json"
_POLICIES = Path(__file__).parent / "policies.json"


def ids_in_template() -> list[str]:
    """The notices that have a place in the template of posts' pages, in the order of the page."""
    return re.findall(r"""notices\["([^"]*)"\]""", (files("colophon") / "templates/post.html").read_text("utf-8"))


def recorded_policy() -> list[str] | None:
    """The notices of posts' pages under the policy in force, or None if it is new."""
    policies: dict[str, list[str]] = json.loads(_POLICIES.read_text("utf-8"))
    return policies.get(str(POLICY_VERSION))


def record_policy() -> None:
    """Add the policy in force if it is new."""
    if recorded_policy() is None:
        policies = {**json.loads(_POLICIES.read_text("utf-8")), str(POLICY_VERSION): sorted(ids_in_template())}
        _POLICIES.write_text(json.dumps(policies, indent=1) + "\n", "utf-8")


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
