"""Marks of what differs from the original, and the same for machines: only where a program found something."""

import json
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from msgspec.structs import replace

from colophon.edition.body import read_body
from colophon.edition.model import Edition
from colophon.fidelity.comparison import Comparison
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.grades import load_measured
from colophon.fidelity.placed_blocks import place_blocks
from colophon.notices.gate import check_page
from colophon.notices.policy import notices_for
from colophon.page.post import render_post
from colophon.views import PostView

MakeView = Callable[..., PostView]
Parse = Callable[[bytes], Element]
BODY = """\
Drink 3 cups.

## Heading 3

- tight 3
  - nested 3
- loose 3

  goes on 3

1. one 3

> quoted 3

| a | b |
| --- | --- |
| 3 | x 3 |

```
code 3
```

![A cup](a.jpg)

※ At most 3.

Last 3[^1].

[^1]: Note 3.
"""
BLOCKS = read_body(BODY, 1).blocks
NUMBERS = [placed.number for placed in place_blocks(BLOCKS)]


def discrepancy(
    block: int, *, kind: str = "number", there: str = "5", here: str = "3", grade: str = "differs"
) -> Discrepancy:
    return Discrepancy(kind, grade, block, 1, block, 1, there, here)  # type: ignore[arg-type]


def compared(view: PostView, *found: Discrepancy, notes: dict[int, str] | None = None) -> PostView:
    """``view`` of the text above, in which ``found`` differs from the original."""
    original = Edition("ko", view.edition.front_matter, (), "")
    return replace(
        view,
        edition=replace(view.edition, blocks=BLOCKS),
        original_edition=original,
        comparison=Comparison(found, notes or {}),
    )


def test_a_page_on_which_nothing_was_found_says_nothing_of_it(make_view: MakeView) -> None:
    view = compared(make_view())
    for nothing in (compared(make_view()), compared(make_view(), discrepancy(1, grade="look"))):
        assert render_post(nothing, 1) == render_post(replace(view, original_edition=None), 1)
    page = render_post(view, 1).decode()
    for word in ("difference", "found", "checked", "verified"):
        assert word not in page


@pytest.mark.parametrize("number", NUMBERS)
def test_a_mark_stands_beside_its_block_on_a_valid_page(number: int, make_view: MakeView, parse: Parse) -> None:
    plain, marked = (compared(make_view(), *found) for found in ((), (discrepancy(number),)))
    page = render_post(marked, 1)
    check_page(page, notices_for(marked))
    # What the clinic warns of is its own.
    warnings = [each for each in parse(page).iter("div") if each.get("class") == "source-warning"]
    assert "Marked by a program" not in "".join("".join(each.itertext()) for each in warnings)
    (mark,) = (each for each in parse(page).iter("p") if each.get("class") == "notice difference")
    assert "".join(mark.itertext()) == "Marked by a program: the original has “5”, this translation has “3”."
    assert [(each.text, each.get("lang")) for each in mark.iter("span")] == [("5", "ko")]
    before, after = page.decode().split('<div class="post-body"')[1].split('\n<p class="notice difference"')
    assert f'id="p{number}"' in before
    assert f'id="p{number + 1}"' not in before
    # Nothing else of the text changes.
    rest = after.partition("</p>")[2]
    without_row = (before + rest).replace('\n<tr class="marked"><td colspan="2"></td></tr>', "")
    assert without_row == render_post(plain, 1).decode().split('<div class="post-body"')[1]


def test_the_mark_of_a_row_is_a_row_as_wide_as_the_table(make_view: MakeView, parse: Parse) -> None:
    rows = [each.number for each in place_blocks(BLOCKS) if each.kind == "row"]
    page = parse(render_post(compared(make_view(), *map(discrepancy, rows)), 1))
    (table,) = page.iter("table")
    shown = [(row.get("id"), [cell.get("colspan") for cell in row]) for row in table.iter("tr")]
    own = [[(f"p{row}", [None, None]), (None, ["2"])] for row in rows]
    assert shown == [row for pair in own for row in pair]
    marks = [cell.get("class") for row in table.iter("tr") if not row.get("id") for each in row for cell in each]
    assert marks == ["notice difference"] * len(rows)


def test_what_differs_above_the_text_is_marked_above_it(make_view: MakeView) -> None:
    page = render_post(compared(make_view(), discrepancy(0), discrepancy(0, there="x", here="")), 1).decode()
    body = page.split('<div class="post-body"')[1]
    assert body.index("Marked by a program, in the title or the summary:") < body.index('id="p1"')
    assert body.index("Marked by a program:</strong> this translation lacks “<span") < body.index('id="p1"')


WORDS = {
    "both": (discrepancy(1), "the original has “5”, this translation has “3”."),
    "the original alone": (discrepancy(1, here=""), "this translation lacks “5” of the original."),
    "the translation alone": (discrepancy(1, there=""), "the original has no “3”."),
    "not translated": (discrepancy(1, kind="untranslated", there="", here="컵"), "“컵” is not translated."),
    "moved": (
        discrepancy(1, kind="order", there="물", here="Water"),
        "“Water” stands in another place than in the original.",
    ),
    "long": (discrepancy(1, there="가" * 99, here=""), f"this translation lacks “{'가' * 79}…” of the original."),
    "signs": (
        discrepancy(1, there="<b>&{here}", here="{x}"),
        "the original has “<b>&{here}”, this translation has “{x}”.",
    ),
}


@pytest.mark.parametrize(("found", "words"), WORDS.values(), ids=WORDS)
def test_a_mark_has_both_values(found: Discrepancy, words: str, make_view: MakeView, parse: Parse) -> None:
    page = parse(render_post(compared(make_view(), found), 1))
    (mark,) = (each for each in page.iter("p") if each.get("class") == "notice difference")
    assert "".join(mark.itertext()) == f"Marked by a program: {words}"


@pytest.mark.parametrize("lang", ["en", "ko", "ja", "zh-Hans"])
def test_every_language_has_its_words(lang: str, make_view: MakeView) -> None:
    view = replace(make_view(), page=replace(make_view().page, lang=lang))
    page = render_post(compared(view, *(each for each, _ in WORDS.values())), 1).decode()
    assert page.count('class="notice difference"') == len(WORDS)


def test_an_editors_note_stands_in_place_of_the_mark(make_view: MakeView) -> None:
    found = (discrepancy(1), discrepancy(4))
    view = compared(make_view(), *found, notes={1: "Cups there are <small>."})
    page = render_post(view, 1).decode()
    assert "The editor, on a difference that a program found:</strong> Cups there are &lt;small&gt;.</p>" in page
    assert page.count("Marked by a program:") == 1
    assert "numbers (1)" in page
    answered = compared(make_view(), discrepancy(1), notes={1: "So it is."})
    assert 'data-notice="differs-from-original"' not in render_post(answered, 1).decode()


def test_a_note_on_what_needs_only_a_look_is_for_the_report_alone(make_view: MakeView) -> None:
    view = compared(make_view(), discrepancy(1, grade="look"), notes={1: "So it is."})
    assert "So it is." not in render_post(view, 1).decode()


def test_machines_are_told_kinds_and_counts_and_what_is_not_checked(make_view: MakeView) -> None:
    view = compared(make_view(), discrepancy(1), discrepancy(4), discrepancy(5, kind="link"))
    head = render_post(view, 1).decode().partition("</head>")[0]
    (data,) = re.findall(r'<script type="application/json" id="differences">(.*?)</script>', head)
    told = json.loads(data)
    assert [(check["kind"], check["found"]) for check in told["checks"]] == [("link", 1), ("number", 2)]
    assert told["notChecked"] == ["negation", "meaning", "tone"]
    measured = load_measured()
    assert told["set"] == measured.set
    assert told["checks"][1]["recall"] == measured.kinds["number"].recall
    assert told["checks"][1]["falseAlarms"] == measured.kinds["number"].false_alarms
