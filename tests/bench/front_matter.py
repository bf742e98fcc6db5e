"""A post's front matter as people write it (YAML) and as programs do (JSON), the same for both builders."""

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from tests.bench.post import Post

Form: TypeAlias = Literal["yaml", "json"]


def build_fields(post: Post) -> dict[str, Any]:
    """What ``post`` says of itself."""
    return {
        "title": post.title,
        "source": {
            "channel": post.channel,
            "url": post.url,
            "posted": post.posted.isoformat(),
            "title": post.source_title,
            "archive_url": post.archive_url,
        },
        "translation": {"at": post.translated.isoformat(), "system": post.system},
        "excerpt": post.excerpt,
        "tags": list(post.tags),
    }


def build_original_fields(post: Post) -> dict[str, Any]:
    """What the original of ``post`` says of itself."""
    source = {"channel": post.channel, "url": post.url, "posted": post.posted.isoformat(), "title": post.source_title}
    return {"title": post.source_title, "source": source, "tags": list(post.tags)}


def render_yaml(fields: Mapping[str, Any], indent: str = "") -> str:
    """``fields`` a line each; every text that is not plainly one stands in quotes."""
    lines: list[str] = []
    for name, value in fields.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{name}:\n{render_yaml(value, indent + '  ')}")
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: [{', '.join(map(str, value))}]\n")
        else:
            lines.append(f"{indent}{name}: {_scalar(value)}\n")
    return "".join(lines)


def render_json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def _scalar(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(sign in text for sign in ":#,'") else text
