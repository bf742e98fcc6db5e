"""Kinds of uploads that were once published with a clean report, and their neighbours: read as meant, or told.

A row is an upload, the state it gets, what is told of it (line, severity, words; the line is from 0 in the body, or a
text that its line holds), and a part of the page's HTML.
"""

import bz2
import gzip
import zlib

import pytest
from msgspec import Struct

from colophon.edition.model import Figure
from colophon.upload.keys import ImageRef, UnknownKey, parse_key
from colophon.views import PostView
from tests.decision.builder import inbox
from tests.decision.decisions import Page
from tests.decision.files import CLINIC_FILE, POST, drawing, original, record, settings, text

_FEWER = "The translation lacks the source warning “※ 진료 후 사용.” of the original"
_MARK = "Markdown does not read"
Told = tuple[int | str, str, str]


class Row(Struct, frozen=True):
    """One upload: ``file`` under ``name`` beside the files ``others``, on a site with ``languages``."""

    file: bytes
    state: str
    told: tuple[Told, ...] = ()
    shows: str = ""
    name: str = "en.md"
    others: tuple[tuple[str, bytes], ...] = ()
    languages: str = "en, ja, ko"


class Name(Struct, frozen=True):
    """The name of an image in the folder, and what is told of it; nothing if it is taken."""

    name: str
    told: str = ""


_IMAGES = tuple((name, drawing(number)) for number, name in enumerate(("roll.jpg", "roll one.jpg"), 1))


def taken(body: str, shows: str) -> Row:
    """A text that is read as it was meant, with a clean report."""
    return Row(text("Coughs in spring", body=body), "live", (), shows, others=_IMAGES)


def warned(body: str, line: int, words: str) -> Row:
    """A text that is live, with one warning."""
    return Row(text("Coughs in spring", body=body), "live", ((line, "warning", words),), others=_IMAGES)


def refused(body: str, line: int, words: str) -> Row:
    """A text that is refused, with one error."""
    return Row(text("Coughs in spring", body=body), "refused", ((line, "error", words),), others=_IMAGES)


def field(old: str, new: str, words: str = "", severity: str = "error", state: str = "refused") -> Row:
    """A text whose front matter has ``new`` instead of ``old``: told at the line of ``new``, if there are ``words``."""
    file = text("Coughs in spring", tags=("coughs", "stairs"))
    assert old.encode() in file
    line = new.lstrip("\n").split("\n")[0].strip(" ")
    told = ((line, severity, words),) if words else ()
    return Row(file.replace(old.encode(), new.encode()), state if words else "live", told)


def whole(file: bytes, line: int | str, words: str) -> Row:
    """A file that is refused at ``line``."""
    return Row(file, "refused", ((line, "error", words),))


def fewer(sign: str) -> Row:
    """A translation that lacks the warning of its original, which begins with ``sign``."""
    korean = original("기침").replace("따뜻한 물.".encode(), f"따뜻한 물.\n\n{sign}".encode())
    return Row(text("Coughs in spring"), "live", ((-1, "warning", _FEWER),), others=(("ko.md", korean),))


def language(tag: str, fix: str, languages: str = "en, ja, ko, zh-Hans") -> Row:
    """A text in a language that the site does not list: ``fix`` is the name that is advised."""
    return Row(text("Coughs in spring"), "refused", ((-1, "error", fix),), name=f"{tag}.md", languages=languages)


_TEXT = text("Coughs in spring")
_TITLE = "title: Coughs in spring"
_SOURCE = "  title: 봄철 기침"
_LONG = "Rest the voice. Drink something warm, and wait a week.\n\n※ Ask the clinic before use."
_AT = "  at: 2026-03-03T10:00:00+09:00"

KINDS: dict[str, tuple[Row | Name, ...]] = {
    "a source warning behind a sign that nobody sees": (
        fewer("\u200b※ 진료 후 사용."),
        fewer("**※ 진료 후 사용.**"),
        fewer("> ※ 진료 후 사용."),
        fewer("&nbsp;※ 진료 후 사용."),
        *(
            taken(f"Rest.\n\n{sign}", "<p>※ Ask first.</p>")
            for sign in ("\u00a0※ Ask first.", "\u3000※ Ask first.", "- ※ Ask first.", "a<br>\u00a0※ Ask first.")
        ),
        taken("Rest.\n\n**※ Ask first.**", "<p><strong>※ Ask first.</strong></p>"),
    ),
    "a file name that is not UTF-8": (
        Name("\udcbb\udce7\udcc1\udcf8.jpg", "is not UTF-8"),
        Name("\udcff\udcd8.png", "is not UTF-8"),
        Name("roll\udce9.jpg", "is not UTF-8"),
        Name("사진.jpg"),
    ),
    "an image that stays text": (
        taken("![A towel](roll one.jpg)", "roll one.jpg"),
        taken('![A towel](roll.jpg "The "short" end")', "roll.jpg"),
        taken("![A towel](roll.jpg “The short end”)", "roll.jpg"),
        taken("！［A towel］（roll.jpg）", "roll.jpg"),
        taken("Text.\n![A towel](roll.jpg)", "roll.jpg"),
        refused("a\n\n![A towel] (roll.jpg)", 2, _MARK),
        refused("a\n\n![A towel](roll.jpg", 2, _MARK),
        refused("a\n\n![[roll.jpg]]", 2, _MARK),
        refused("a\n\n![A towel](see the towel)", 2, _MARK),
    ),
    "a link that stays text": (
        warned("a\n\nSee [the leaflet] (https://a.kr/b).", 2, _MARK),
        warned("See [the leaflet](https://a.kr/b c).", 0, _MARK),
        warned("See ［the leaflet］（https://a.kr/b）.", 0, _MARK),
        warned("See [the leaflet](https://a.kr/b", 0, _MARK),
        warned("See (the leaflet)[https://a.kr/b].", 0, _MARK),
        taken("See [the leaflet](https://a.kr/b).", "the leaflet</a>"),
        taken("See https://a.kr/b.", '<a href="https://a.kr/b"'),
    ),
    "a text in a fence": (
        refused(f"```markdown\n## Rest\n\n{_LONG}\n```", 0, "The whole text is a block of code"),
        refused(f"```\n{_LONG}", 0, "The whole text is a block of code"),
        refused(f"~~~md\n{_LONG}\n~~~", 0, "The whole text is a block of code"),
        refused(f"Here is the translation:\n\n```\n{_LONG}\n```", 2, "The whole text is a block of code"),
        refused("    Rest the voice, and drink something warm for a week.", 0, "The whole text is a block of code"),
        taken("Type this:\n\n```\nls -l\n```", "<pre><code>ls -l"),
    ),
    "an original under the name of a translation": (
        warned("목이 아플 때는 따뜻한 물을 드세요. 일주일이면 낫습니다.", 0, "almost wholly in Hangul"),
        warned(
            "Rest the voice for a week, and drink something warm each day.\n\n목이 아플 때는 따뜻한 물을 드세요.",
            2,
            "A paragraph is left in Hangul",
        ),
        warned("のどが痛いときは、温かいものを飲んでください。", 0, "almost wholly in Japanese"),
        warned("喉咙痛的时候，请喝温水，休息一周就会好。", 0, "almost wholly in Chinese"),
        taken("The column 「봄철 기침」 (달빛이비인후과의원) says: rest.", "봄철 기침"),
    ),
    "a # that cuts a value": (
        field(_TITLE, "title: Coughs #3 for singers", "begins a comment in YAML"),
        field(_SOURCE, "  title: 기침 #3 계단", "begins a comment in YAML"),
        field("[coughs, stairs]", "[coughs, #stairs]", "begins a comment in YAML"),
        field(_TITLE, "title: Coughs # and more", "begins a comment in YAML", "warning", "live"),
        field(_TITLE, 'title: "Coughs" #3', "begins a comment in YAML", "warning", "live"),
        field(_TITLE, 'title: "Coughs #3"'),
        field(_TITLE, 'title: "Coughs" # checked'),
        field(_TITLE, "title: Coughs in C#"),
    ),
    "letters that were lost": (
        warned("Rest the v\ufffd\ufffdce.", 0, "U+FFFD"),
        warned("a\n\nRest.\ufffd", 2, "U+FFFD"),
        field(_SOURCE, "  title: 봄\ufffd", "U+FFFD", "warning", "live"),
        warned("Itâ€™s the voice.", 0, "wrong encoding"),
        warned("ì•ˆë…• is no greeting here.", 0, "wrong encoding"),
    ),
    "a second block of fields": (
        warned("---\ntitle: Coughs\nlayout: post\n---\n\nRest.", 1, "Fields stand in the text a second time"),
        warned("title: Coughs\nlang: en\n---\n\nRest.", 0, "Fields stand in the text a second time"),
        warned("Rest.\n\n---\ntitle: Coughs\nlayout: post\n---\n\nRest.", 3, "Fields stand in the text a second time"),
        warned("+++\ntitle = 'Coughs'\n+++\n\nRest.", 0, "Fields stand in the text a second time"),
        warned("```yaml\ntitle: Coughs\n```\n\nRest.", 0, "Fields stand in the text a second time"),
        taken("Rest.\n\n---\n\nDrink.", "<hr"),
    ),
    "front matter that ends where it begins": (
        whole(b"---\n" + _TEXT, "---", "The front matter is empty: line 2 is --- again."),
        whole(b"---\n\n" + _TEXT, "---", "The front matter is empty"),
        whole(b"```yaml\n" + _TEXT, "```yaml", "code"),
        whole(b"\n\nRest.\n" + _TEXT, -1, "Begin the file with a line of three hyphens"),
        whole(_TEXT.replace(b"---", b"+++"), "+++", "three hyphens"),
    ),
    "a table of pipes": (
        taken("| Day | Dose |\n|:--|--:|\n| 1 | 5 ml |", '<th scope="col" class="left">Day</th>'),
        taken("Day | Dose\n--- | ---\n1 | 5 ml", '<th scope="col">Day</th>'),
        taken("The doses:\n| Day | Dose |\n| - | - |\n| 1 | 5 ml |", "<td>5 ml</td>"),
        taken("|\u00a0Day | Dose |\n|\u3000---\u00a0|---|\n| 1 | 5 ml |", "<td>5 ml</td>"),
        warned("| Day | Dose |\n| 1 | 5 ml |", 0, "The lines of a table appear as text"),
    ),
    "numbers that Markdown changes": (
        warned("a\n\n2024. 3. 5.에 썼다 (written then).", 2, "becomes lists inside lists"),
        warned("- 2024. 3. 5. it began", 0, "becomes lists inside lists"),
        warned("1. a\n3. b\n5. c", 1, "3 would become 2"),
        warned("3) a\n2) b", 1, "2 would become 4"),
        warned("It is 3*4*5 hours.", 0, "Signs between numbers"),
        taken("2024.3.5. it began.", "<p>2024.3.5. it"),
        taken("3. a\n4. b", '<ol start="3">'),
    ),
    "a file name with an uncommon space": (
        Name("Screenshot 3.04\u202fPM.jpg"),
        Name("사진\u30001.jpg"),
        Name("roll\u00a01.jpg"),
        Name("roll\u200b1.jpg", "zero width space U+200B"),
        Name("roll\u202e1.jpg", "U+202E"),
    ),
    "a reason of YAML that does not fit": (
        field(_SOURCE, "  title: [봄] 기침", "opening bracket"),
        field(_SOURCE, '  title: "봄" 기침', "There is text after the closing quote"),
        field(_SOURCE, "  title: {봄} 기침", "opening brace"),
        field(_SOURCE, "  title: - 기침", "hyphen and a space"),
        field("  channel: blog", "\tchannel: blog", "A tab indents this line"),
        field(_SOURCE, "  title: *기침", "The value begins with *"),
        field(_SOURCE, "  title: @기침", "@"),
        field(_SOURCE, "  title: 봄: 기침", "colon"),
    ),
    "advice for a language that leads nowhere": (
        language("kr", "ko.md"),
        language("jp", "ja.md"),
        language("zh-CN", "zh-Hans.md"),
        language("en-US", "en.md"),
        language("zh", "zh-Hans.md"),
        language("en", "en-GB.md", "en-GB, ja, ko"),
    ),
    "a sign that nobody sees beside a mark": (
        taken("\u200b![A towel](roll.jpg)", "roll.jpg"),
        taken("\u200b## Rest", "<h2>Rest</h2>"),
        taken("##\u00a0Rest", "<h2>Rest</h2>"),
        taken("a\n\n\u200b\n\n\u3000\n\n&nbsp;\n\nb", "<p>a</p>\n<p>b</p>"),
        taken("-\u00a0a\n-\u3000b", "<li>a</li>\n<li>b</li>"),
        taken("\ufeff> a", "<blockquote>\n<p>a</p>"),
    ),
    "what a warning's own advice says": (
        taken("Marked \\*\\* in the list.", "Marked ** in"),
        taken("2\\*3\\*4", "2*3*4"),
        taken("\\## is a mark", "## is a mark"),
        taken("\\[the leaflet\\] (https://a.kr/b)", "[the leaflet] ("),
        taken("2024\\. 3\\. 5\\. it began", "2024. 3. 5. it"),
        taken("a\\[^1] and \\_b\\_ and 1\\~\\~2", "a[^1] and _b_ and 1~~2"),
    ),
    "emphasis that stays text": (
        warned("It is *sore(ness)*es.", 0, "“*sore(ness)*”"),
        warned("a __bad(ly)__c d", 0, "“__bad(ly)__”"),
        warned("**“Rest”**is best", 0, "Two asterisks"),
        warned("a ~~b (c)~~d", 0, "“~~b (c)~~”"),
        warned("a *“b”*c", 0, "“*“b”*”"),
        taken("a *b* c **d** ~~e~~ 20~30", "<em>b</em> c <strong>d</strong> <del>e</del> 20~30"),
    ),
    "a reason that names a link": (
        taken("Rest[^1].\n\n[^1]: A week.", 'role="doc-noteref"'),
        warned("Rest[^1].", 0, "There is no footnote [^1]"),
        warned("Rest.\n\n[^1]: A week.", 2, "Nothing in the text refers to the footnote [^1]"),
        taken("！[A towel](roll.jpg)", "roll.jpg"),
        refused("Look！[A towel](roll.jpg)", 0, "full-width ！"),
        refused("a\n\n! [A towel](roll.jpg)", 2, "No ! stands directly before “roll.jpg”"),
    ),
    "the digits of an instant": (
        field(_AT, "  at: 2026-03-03T10:00:00.123456789+09:00"),
        field(_AT, "  at: 2026-03-03t01:00:00.1z"),
        field(_AT, '  at: "2026-03-03T10:00:00,123+09:00"'),
        field(_AT, "  at: 2026-03-03T10:00:00.+09:00", "is not a date and time"),
    ),
    "a compressed file": (
        whole(gzip.compress(_TEXT), -1, "compressed with gzip"),
        whole(bz2.compress(_TEXT), -1, "compressed with bzip2"),
        whole(b"\x28\xb5\x2f\xfd" + zlib.compress(_TEXT), -1, "compressed with zstd"),
        whole(b"PK\x03\x04" + zlib.compress(_TEXT), -1, "ZIP"),
        whole(_TEXT.decode().encode("utf-16"), 0, "UTF-16"),
    ),
}
_ROWS = [(kind, row) for kind, rows in KINDS.items() for row in rows if isinstance(row, Row)]
_NAMES = [(kind, name) for kind, rows in KINDS.items() for name in rows if isinstance(name, Name)]


def test_each_kind_has_three_neighbours() -> None:
    assert len(KINDS) == 21
    assert [kind for kind, rows in KINDS.items() if len(rows) < 4] == []


@pytest.mark.parametrize(("kind", "row"), _ROWS)
def test_an_upload_of_the_kind_is_read_as_meant_or_told(kind: str, row: Row) -> None:
    page = _decide(row)
    # The table's posts have no archived original; that is no part of their kinds.
    problems = [problem for problem in page.problems if problem.field != "source.archive_url"]
    assert (page.state, [problem.severity for problem in problems]) == (row.state, [told[1] for told in row.told]), kind
    for problem, (line, _, words) in zip(problems, row.told, strict=True):
        assert words in f"{problem.what} {problem.fix}"
        assert problem.fix
        _check_line(row.file, problem.line, line)
    if row.state == "live":
        assert isinstance(page.view, PostView)
        blocks = page.view.edition.blocks
        assert row.shows in "\n".join(block.name if isinstance(block, Figure) else block.html for block in blocks)


def _decide(row: Row) -> Page:
    uploads = inbox().put("site.yaml", settings(languages=row.languages)).put(CLINIC_FILE, record())
    for name, content in (*row.others, (row.name, row.file)):
        uploads = uploads.put(name, content)
    return uploads.decide().page(row.name.removesuffix(".md"))


def _check_line(file: bytes, number: int | None, line: int | str) -> None:
    if isinstance(line, str):
        assert line in file.decode().split("\n")[(number or 0) - 1]
    elif line >= 0 and file.startswith(b"---"):
        assert number == file.decode().split("\n").index("---", 1) + 3 + line


@pytest.mark.parametrize(("kind", "name"), _NAMES)
def test_a_file_name_of_the_kind_is_taken_or_told(kind: str, name: Name) -> None:
    parsed = parse_key(POST.folder + name.name)
    if name.told:
        assert isinstance(parsed, UnknownKey), kind
        assert name.told in parsed.problem.what
        assert parsed.problem.fix
    else:
        assert isinstance(parsed, ImageRef), kind
