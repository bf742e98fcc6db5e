"""Writes the same posts as a Hugo site: the fields of each post as they are, and a stub for each listing.

What Hugo needs beyond the fields are a post's date and address, and its topics as terms of a taxonomy, each under its
clinic. A page about a clinic, a year, a month or a topic is a folder with an ``_index.md``, which is how Hugo's manual
makes such pages. The layouts lie in ``hugo/``.

Both sites have the same kinds of pages: posts; months, years and topics of a clinic; archives, profiles, homes, the
directory, and a page about the translations; feeds, sitemaps, the searches of a clinic and of the language; pictures
for links. The words differ where the other builder decides them, as in what a post has to say of its translation.
"""

import json
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from colophon.drawing import CARD_HEIGHT, CARD_WIDTH
from colophon.drawing.canvas import Canvas
from colophon.drawing.icon import Icon, draw_icon
from colophon.language.words import words_for
from colophon.listings.search import load_search_script
from colophon.listings.search_index import MOST_SHARDS
from colophon.page.frame import load_style_sheet
from colophon.page.scripts import load_post_script
from colophon.page.tags import TAGS_WITH_PAGES, slug_of
from colophon.site_settings import DEFAULT_COLOUR
from colophon.upload.colours import parse_colour
from tests.bench.front_matter import Form, build_fields, render_json, render_yaml
from tests.bench.post import POSTS_A_CLINIC, SEED, Clinic, Post, make_clinic, make_post

LAYOUTS = Path(__file__).parent / "hugo"
_FEEDS = ["atom", "jsonfeed"]
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ABOUT = ("what", "made", "checked", "unchecked", "prevails", "ask")


def write_hugo_site(root: Path, posts: int, front: Form = "yaml", seed: int = SEED) -> None:
    """Write ``posts`` posts and all that Hugo needs to make the site to the new folder ``root``."""
    shutil.copytree(LAYOUTS, root)
    _assets(root)
    for lang in ("en", "ko"):
        _language(root, lang)
    _stub(root / "content" / "shards", {"title": "Shards", "build": {"render": "never"}})
    for shard in range(MOST_SHARDS):
        # A file that is no page has the address of its folder.
        fields = {"title": f"{shard:02}", "layout": "wordshard", "url": f"/en/search/{shard:02}/"}
        _page(root / "content" / "shards" / f"{shard:02}.md", {**fields, "outputs": ["wordshard"]})
    for number in range(0, posts, POSTS_A_CLINIC):
        _clinic(root, make_clinic(number))
    for number in range(posts):
        _post(root, make_post(number, seed), front)


def digest_layouts() -> str:
    """Changes with what ``write_hugo_site`` writes beside the posts, so that no site of earlier layouts is built."""
    files = [Path(__file__), *sorted(path for path in LAYOUTS.rglob("*") if path.is_file())]
    return sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _assets(root: Path) -> None:
    static = root / "static" / "assets"
    static.mkdir(parents=True)
    (static / "style.css").write_bytes(load_style_sheet()[1])
    (static / "search.js").write_bytes(load_search_script()[1])
    (static / "neighbours.js").write_bytes(load_post_script()[1])
    (static / "icon.png").write_bytes(draw_icon(Icon("T", DEFAULT_COLOUR)))
    # What Hugo draws names on. Its own font has no Hangul, so the cards of both languages have the English name.
    card = Canvas(CARD_WIDTH, CARD_HEIGHT, parse_colour("#fcfbf8"))
    card.fill(0, 0, 20, CARD_HEIGHT, parse_colour(DEFAULT_COLOUR))
    (root / "assets").mkdir()
    (root / "assets" / "card.png").write_bytes(card.as_png())


def _language(root: Path, lang: str) -> None:
    folder = root / "content" / lang
    outputs = ["html", *_FEEDS, "mapindex", "clinicsmap"]
    _stub(folder, {"title": "The Long Shelf", "layout": "language", "lang": lang, "outputs": outputs})
    directory = {"title": "All clinics and topics", "layout": "directory", "lang": lang}
    _page(folder / "search.md", {**directory, "outputs": ["html", "wordindex"]})
    words = words_for(lang).listings["language"]
    text = "".join(f"\n## {words[name]}\n\n{words[f'{name}_text'].format(language='Korean')}\n" for name in _ABOUT)
    _page(folder / "about.md", {"title": "About these translations", "layout": "about", "lang": lang}, text)


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
        _stub(of_year, {"title": str(year), "layout": "year", "outputs": ["html", "yearmap", "shard"]})
    if not of_month.exists():
        _stub(of_month, {"title": f"{_MONTHS[month - 1]} {year}", "layout": "month"})
    place = f"/en/{post.clinic.key}"
    topics = {f"{post.clinic.key}/{slug_of(tag)}": tag for tag in post.tags[:TAGS_WITH_PAGES]}
    for topic, tag in topics.items():
        folder = root / "content" / "topics" / topic
        if not folder.exists():
            url = f"{place}/tags/{slug_of(tag)}/"
            _stub(folder, {"title": tag, "layout": "topic", "clinic": place, "url": url})
    own = {"date": post.posted.isoformat(), "url": f"{place}/{post.name}/", "clinic": place, "topics": list(topics)}
    fields = {**build_fields(post), **own}
    text = f"---\n{render_yaml(fields)}---\n\n{post.body}" if front == "yaml" else f"{render_json(fields)}\n{post.body}"
    (of_month / f"{post.name}.md").write_text(text, "utf-8")


def _stub(folder: Path, fields: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True)
    _page(folder / "_index.md", fields)


def _page(path: Path, fields: Mapping[str, Any], text: str = "") -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fields, ensure_ascii=False) + "\n" + text, "utf-8")
