"""Writes generated posts as a Colophon inbox: ``python -m tests.bench.corpus OUT 1000 [--front json]``.

With ``--originals`` every other post has its ``ko.md``: shown beside the translations (``on``) or not (``off``).
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.bench.front_matter import Form, build_fields, build_original_fields, render_json, render_yaml
from tests.bench.korean import write_original
from tests.bench.post import POSTS_A_CLINIC, SEED, Clinic, Post, make_clinic, make_post

# Whether posts have originals, and whether those are shown beside their translations.
Originals: TypeAlias = Literal["none", "off", "on"]
SITE = """\
url: https://archive.example
name:
  en: The Long Shelf
  ko: 긴 책꽂이
about:
  en: Generated posts of invented clinics, to measure how long a site of them takes.
languages: [en, ko]
original_language: ko
time_zone: Asia/Seoul
contact: mailto:corrections@archive.example
notices:
  medical: true
"""


def write_inbox(root: Path, posts: int, front: Form = "yaml", seed: int = SEED, originals: Originals = "none") -> None:
    """Write ``posts`` posts and their clinics to the new folder ``root``."""
    root.mkdir(parents=True)
    (root / "site.yaml").write_text(SITE, "utf-8")
    for number in range(0, posts, POSTS_A_CLINIC):
        clinic = make_clinic(number)
        folder = root / "clinics" / clinic.key
        folder.mkdir(parents=True)
        (folder / "clinic.yaml").write_text(clinic_file(clinic, "originals" if originals == "on" else ""), "utf-8")
    for number in range(posts):
        post = make_post(number, seed)
        folder = root / "posts" / post.clinic.key / post.name
        folder.mkdir(parents=True)
        (folder / "en.md").write_text(edition(post, front), "utf-8")
        if originals != "none" and number % 2:
            (folder / "ko.md").write_text(_join(build_original_fields(post), write_original(post), front), "utf-8")


def edition(post: Post, front: Form = "yaml") -> str:
    """``post`` as the file ``en.md``."""
    return _join(build_fields(post), post.body, front)


def _join(fields: Mapping[str, Any], body: str, front: Form) -> str:
    return f"---\n{render_yaml(fields) if front == 'yaml' else render_json(fields)}---\n\n{body}"


def clinic_file(clinic: Clinic, scope: str = "") -> str:
    """``clinic`` as the file ``clinic.yaml``. ``scope`` is that of its permission."""
    return f"""\
names:
  ko: {clinic.korean}
  en: {clinic.english}
permission: {{reference: Generated, granted: 2018-12-01{f", scope: {scope}" if scope else ""}}}
channels:
  blog: {{kind: naver-blog, url: "{clinic.blog}", name: {clinic.korean} 블로그}}
  column: {{kind: website, url: "{clinic.website}", name: {clinic.korean} 칼럼}}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("posts", type=int)
    arguments.add_argument("--front", choices=("yaml", "json"), default="yaml")
    arguments.add_argument("--originals", choices=("none", "off", "on"), default="none")
    chosen = arguments.parse_args()
    write_inbox(chosen.out, chosen.posts, chosen.front, originals=chosen.originals)


if __name__ == "__main__":
    main()
