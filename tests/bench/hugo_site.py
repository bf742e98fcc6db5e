"""Writes the same posts as a Hugo site: the fields of each post as they are, and a stub for each listing.

What Hugo needs beyond the fields are a post's date and address; a page about a clinic, a year or a month is a folder
with an ``_index.md``, which is how Hugo's manual makes such pages. The layouts lie in ``hugo/``.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from colophon.page.frame import load_style_sheet
from tests.bench.front_matter import Form, build_fields, render_json, render_yaml
from tests.bench.post import POSTS_A_CLINIC, SEED, Clinic, Post, make_clinic, make_post

LAYOUTS = Path(__file__).parent / "hugo"
_FEEDS = ["atom", "jsonfeed"]
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def write_hugo_site(root: Path, posts: int, front: Form = "yaml", seed: int = SEED) -> None:
    """Write ``posts`` posts and all that Hugo needs to make the site to the new folder ``root``."""
    shutil.copytree(LAYOUTS, root)
    (root / "static" / "assets").mkdir(parents=True)
    (root / "static" / "assets" / "style.css").write_bytes(load_style_sheet()[1])
    for lang in ("en", "ko"):
        outputs = ["html", *_FEEDS, "mapindex", "clinicsmap"]
        _stub(
            root / "content" / lang, {"title": "The Long Shelf", "layout": "language", "lang": lang, "outputs": outputs}
        )
        _page(root / "content" / lang / "search.md", {"title": "Clinics and tags", "layout": "directory", "lang": lang})
    for number in range(0, posts, POSTS_A_CLINIC):
        _clinic(root, make_clinic(number))
    for number in range(posts):
        _post(root, make_post(number, seed), front)


def _clinic(root: Path, clinic: Clinic) -> None:
    names = {"en": clinic.english, "ko": clinic.korean}
    channels = {
        "blog": {"kind": "naver-blog", "url": clinic.blog, "name": f"{clinic.korean} 블로그"},
        "column": {"kind": "website", "url": clinic.website, "name": f"{clinic.korean} 칼럼"},
    }
    for lang, name in names.items():
        folder = root / "content" / lang / clinic.key
        about = {"title": name, "lang": lang, "names": names, "channels": channels}
        _stub(folder, {**about, "layout": "archive", "outputs": ["html", *_FEEDS]})
        _page(folder / "profile.md", {"title": name, "lang": lang, "layout": "profile"})


def _post(root: Path, post: Post, front: Form) -> None:
    year, month = post.posted.year, post.posted.month
    of_year = root / "content" / "en" / post.clinic.key / str(year)
    of_month = of_year / f"{month:02}"
    if not of_year.exists():
        _stub(of_year, {"title": str(year), "layout": "year", "outputs": ["yearmap", "shard"]})
    if not of_month.exists():
        _stub(of_month, {"title": f"{_MONTHS[month - 1]} {year}", "layout": "month"})
    place = f"/en/{post.clinic.key}"
    fields = {**build_fields(post), "date": post.posted.isoformat(), "url": f"{place}/{post.name}/", "clinic": place}
    text = f"---\n{render_yaml(fields)}---\n\n{post.body}" if front == "yaml" else f"{render_json(fields)}\n{post.body}"
    (of_month / f"{post.name}.md").write_text(text, "utf-8")


def _stub(folder: Path, fields: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True)
    _page(folder / "_index.md", fields)


def _page(path: Path, fields: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(fields, ensure_ascii=False) + "\n", "utf-8")
