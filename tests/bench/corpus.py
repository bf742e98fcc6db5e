"""Writes generated posts as a Colophon inbox: ``python -m tests.bench.corpus OUT 1000 [--front json]``."""

import argparse
from pathlib import Path

from tests.bench.front_matter import Form, build_fields, render_json, render_yaml
from tests.bench.post import POSTS_A_CLINIC, SEED, Clinic, Post, make_clinic, make_post

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


def write_inbox(root: Path, posts: int, front: Form = "yaml", seed: int = SEED) -> None:
    """Write ``posts`` posts and their clinics to the new folder ``root``."""
    root.mkdir(parents=True)
    (root / "site.yaml").write_text(SITE, "utf-8")
    for number in range(0, posts, POSTS_A_CLINIC):
        clinic = make_clinic(number)
        folder = root / "clinics" / clinic.key
        folder.mkdir(parents=True)
        (folder / "clinic.yaml").write_text(clinic_file(clinic), "utf-8")
    for number in range(posts):
        post = make_post(number, seed)
        folder = root / "posts" / post.clinic.key / post.name
        folder.mkdir(parents=True)
        (folder / "en.md").write_text(edition(post, front), "utf-8")


def edition(post: Post, front: Form = "yaml") -> str:
    """``post`` as the file ``en.md``."""
    fields = build_fields(post)
    return f"---\n{render_yaml(fields) if front == 'yaml' else render_json(fields)}---\n\n{post.body}"


def clinic_file(clinic: Clinic) -> str:
    """``clinic`` as the file ``clinic.yaml``."""
    return f"""\
names:
  ko: {clinic.korean}
  en: {clinic.english}
permission: {{reference: Generated, granted: 2018-12-01}}
channels:
  blog: {{kind: naver-blog, url: "{clinic.blog}", name: {clinic.korean} 블로그}}
  column: {{kind: website, url: "{clinic.website}", name: {clinic.korean} 칼럼}}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("posts", type=int)
    arguments.add_argument("--front", choices=("yaml", "json"), default="yaml")
    chosen = arguments.parse_args()
    write_inbox(chosen.out, chosen.posts, chosen.front)


if __name__ == "__main__":
    main()
