"""Translate one post of a clinic and publish it: python pipeline.py FOLDER CLINIC/POST"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from translator import SYSTEM, translate  # yours: what it is called, and Korean text to English text

from colophon_ops.client import Client, Post

folder, name = Path(sys.argv[1]), sys.argv[2]
original = json.loads((folder / "original.json").read_text("utf-8"))
source = {"channel": "blog", **{field: original[field] for field in ("url", "posted", "title")}}


def edition(title: str, text: str, **fields: object) -> str:
    front_matter = json.dumps({"title": title, "source": source, **fields}, ensure_ascii=False, indent=2)
    return f"---\n{front_matter}\n---\n\n{text}\n"


title, text = original["title"], original["text"]
made = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "system": SYSTEM}
texts = {"ko": edition(title, text), "en": edition(translate(title), translate(text), translation=made)}
images = {image.name: image.read_bytes() for image in folder.glob("*.jpg")}
reports = (client := Client()).wait(client.put(Post(name, texts, images)))
for report in reports:
    problems = (f"\n  line {problem.line or '-'}: {problem.what} {problem.fix}" for problem in report.problems)
    print(report.state, report.key, report.url, *problems)
sys.exit(any(report.state != "live" for report in reports))
