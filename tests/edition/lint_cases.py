"""The cases of the lint's rules: bodies that a rule must tell, bodies that it must not, and CommonMark's examples.

``told`` are bodies with the line of each finding, from 0. ``silent`` are bodies that look alike and mean what they
show. ``on_page`` is a pattern for the sign that readers see: an example of CommonMark for which the rule is right has
it in the text of its HTML, outside code, and not because of an escape in its Markdown. Those that lack it are the
``false_alarms``, by their numbers in the specification 0.31.2. A rule without a visible sign names all that it tells.
"""

from msgspec import Struct


class Cases(Struct, frozen=True):
    """The cases of one rule."""

    told: tuple[tuple[str, tuple[int, ...]], ...]
    silent: tuple[str, ...]
    on_page: str | None = None
    false_alarms: tuple[int, ...] = ()


_LONG = "We look at the knee first. " * 20

CASES: dict[str, Cases] = {
    "image": Cases(
        (
            ("a\n\n![A towel] (a.jpg)", (2,)),
            ("a\n\n![A towel]\n(a.jpg)", (2,)),
            ("a\n\nb！［A towel］（a.jpg）", (2,)),
            ("a\n\n![A towel](see a towel)", (2,)),
            ("a\n\n![A towel]", (2,)),
            ("a\n\n![A towel][a]", (2,)),
            ("a\n\n![[a.jpg]]", (2,)),
            ("a\n\n![A towel(a.jpg)", (2,)),
            ("a\n\n![A towel](a.jpg", (2,)),
            ("a\n\n!(A towel)[a.jpg]", (2,)),
            ("a\n\n!【A towel】(a.jpg)", (2,)),
            ("a\n\n!\\[A towel\\](a.jpg)", (2,)),
            ("a\n\n\\!\\[A towel\\]\\(a.jpg\\)", (2,)),
            ("a\nb ![A towel](<a.jpg) c\n\n![B](<b.jpg)", (1, 3)),
        ),
        (
            'a\n\n![A towel](a.jpg "The "straight" way")',
            "a\n\n![A towel](a.jpg “Hold it straight”)",
            "a\n\n![A towel]（a.jpg）",
            "a\n\n！［A towel］（a.jpg）",
            "Great! [Note] (see below)",
            "Great![1]",
            "`![a](b c.jpg)`",
            "```\n![a](b c.jpg)\n```\n\nText",
            "\\![A towel] is how it begins",
            "a\n\n![x](a.jpg)",
            "お知らせ！【重要】（必ずお読みください）",
            "!\\[A towel\\](see a towel)",
            "\\[A towel\\] (a.jpg)",
        ),
        r"!\[",
    ),
    "image link": Cases(
        (("a！[A towel](a.jpg)", (0,)), ("a [A towel](a.jpg)", (0,)), ("a\n\n! [A towel](a.jpg)", (2,))),
        ("![x](a.jpg)", "a\n\n！[A towel](a.jpg)", "[a](https://a.kr/a.jpg)", "`[a](a.jpg)`"),
    ),
    "link": Cases(
        (
            ("See [the leaflet] (https://a.kr/b) first.", (0,)),
            ("See [the leaflet]\n(https://a.kr/b) first.", (0,)),
            ("See ［the leaflet］（https://a.kr/b） first.", (0,)),
            ("See [the leaflet]（https://a.kr/b） first.", (0,)),
            ("See\n[the leaflet](https://a.kr/a b) first.", (1,)),
            ("See [the leaflet](https://a.kr/b", (0,)),
            ("See (the leaflet)[https://a.kr/b]", (0,)),
            ("See [the leaflet](www.a.kr/a b)", (0,)),
            ("a\n\n- [the leaflet][]", (2,)),
            ("a\nb [[The leaflet]] c [[a|b]]", (1,)),
            ("[the leaflet][1]\n[1]: https://a.kr/b", (1,)),
        ),
        (
            "[Notice] The clinic (second floor) is closed.",
            "[1](https://a.kr)",
            "Doses [in mg] are (2, 3).",
            "`[a] (https://a.kr)`",
            "\\[the leaflet\\] (https://a.kr/b)",
            "[ ] to do [x] done",
            "[공지] 2층 (https://a.kr 참고)",
        ),
        r"\]\(|\[foo \[bar|foo \*\[bar|\[\[",
    ),
    "address": Cases(
        (("a <https://a.kr/b c> d", (0,)),),
        ("a <https://a.kr/b> d", "1 < 2, https://a.kr > x", "\\<https://a.kr/b c>"),
        "<https://",
    ),
    "footnote": Cases(
        (("a[^1] b\n\nc", (0,)), ("a\nb[^note]", (1,)), ("a［^1］", (0,)), ("a^[a note] b", (0,))),
        ("`[^1]`", "a\\[^1]", "[a^2]", "^^ [a]", "x^[2] and 10^[-3]", "a[^1]\n\n[^1]: b"),
    ),
    "warning in a footnote": Cases(
        (("a[^1]\n\n[^1]: ※ Not with alcohol.", (2,)), ("a[^1]\n\n[^1]: **※ Not with alcohol.**", (2,))),
        ("a[^1]\n\n[^1]: The sign ※ is a warning.", "a[^1]\n\n※ Not with alcohol.\n\n[^1]: b"),
    ),
    "task": Cases(
        (
            ("-[ ] rest\n-[x] walk", (0, 1)),
            ("- ［ ］ rest\n- ［x］ walk", (0, 1)),
            ("a\n\n- []rest\n- [] walk", (2, 3)),
        ),
        ("- [ ] rest\n- [X] walk", "- [v] rest", "Fill in []", "-[1]", "［공지］ 휴진", "`-[ ] rest`", "[공지] 휴진"),
    ),
    "sentence as heading": Cases(
        (
            ("The knee needs rest.\n---\nText", (0,)),
            ("a\n\nThe knee\nneeds rest.\n-----", (3,)),
            ("무릎은 쉬어야 합니다.\n---", (0,)),
            ("膝を休めてください。\n--", (0,)),
        ),
        (
            "The knee needs rest.\n\n---\n\nText",
            "Rest\n---\n\nText",
            "Why rest?\n---",
            "## The knee needs rest.\n\na\n\n---",
            "Version 2.\n---",
            "The knee needs rest.\n===",
        ),
    ),
    "heading": Cases(
        (
            ("##제목\n\na", (0,)),
            ("a\n\n###Title", (2,)),
            ("＃ 제목", (0,)),
            ("＃＃제목", (0,)),
            ("&#65283; 제목", (0,)),
            ("a\n\n#수술 후 주의사항", (2,)),
            ("- ##제목", (0,)),
            ("It is over. ## Next", (0,)),
            ("a\nb\n##제목", (2,)),
            ("####### Title", (0,)),
        ),
        (
            "##\u00a0Exercises",
            "\u200b## Exercises",
            "#강남피부과 #보톡스",
            "#hashtag",
            "#5 bolt",
            "\\## a",
            "`##제목`",
            "We are #1 in knees.",
            "C# and F#",
            "#hashtags are words of a blog.",
            "&#35; a",
            "## 제목\n\na",
        ),
        r"(?m)^ *#",
    ),
    "bold": Cases(
        (
            ("a\n\n**피부(skin)**는", (2,)),
            ("a ** b ** c", (0,)),
            ("“**重要**”は**「注意」**です", (0,)),
            ("＊＊중요＊＊", (0,)),
            ("**a", (0,)),
        ),
        ("Marked \\*\\* in the table.", "`2**3`", "**bold**", "&#42;&#42;", "```\n**a\n```\n\nb"),
        r"\*\*",
    ),
    "emphasis": Cases(
        (
            ("이것은 *염증(炎症)*입니다.", (0,)),
            ("a\nそれは *「注意」*です", (1,)),
            ('이것은*"중요"*입니다', (0,)),
            ("This is * important * today.", (0,)),
        ),
        (
            "이것은 *중요*합니다",
            "Price* and tax* are extra.",
            "가격*, 수량*",
            "(*) without tax, (*) without delivery",
            "5 * 3 * 2",
            "\\*염증(炎症)\\*입니다",
            "*VAT 별도",
            "`*염증(炎症)*입니다`",
            "https://a.kr/*a*b",
        ),
        r"\*",
    ),
    "underscores": Cases(
        (
            ("__주의(注意)__는 끝.", (0,)),
            ("a\n_주의(注意)_는", (1,)),
            ("_注意_です", (0,)),
            ("이것은 아주_강조_입니다", (0,)),
            ("이것은__주의__입니다", (0,)),
        ),
        (
            "_주의_ 는",
            "snake_case_name and a_b_c",
            "Name: ____ Date: ____",
            "#강남_피부과_추천",
            "사진_1_2.jpg",
            "\\_\\_주의(注意)\\_\\_는",
            "[a](https://a.kr/_x_가)",
            "@a_b_가",
        ),
        "__|_[^_]+_",
    ),
    "strikethrough": Cases(
        (("~~취소(取消)~~는", (0,)),),
        ("20~30 and 40~50", "좋아요~~ 정말~~", "안녕하세요~~", "`~~a~~`", "\\~~a\\~~"),
        "~~",
    ),
    "fence sign": Cases((("a ``` b", (0,)), ("a\n\n```foo``", (2,))), ("it`s", "``a``", "\\`\\`\\`"), "```"),
    "whole text in code": Cases(
        (
            ("```markdown\n## Why it hurts\n\nThe band is **short**.\n```", (0,)),
            ("\n~~~\nThe text.\n~~~", (1,)),
            ("    무릎이 아프면\n    계단을 피하세요.", (0,)),
            ("\tThe knee hurts.\n\n\tSee a doctor.", (0,)),
            ("Here is the translation:\n\n```markdown\n## Why\n\nShort.\n```", (2,)),
            ("번역입니다:\n\n```\n무릎이 아프면 계단을 피하세요.\n```\n\n감사합니다.", (2,)),
            ("```\n## One\n```\n\n```\n## Two\n```", (0,)),
            ("```markdown The knee hurts in the morning and a doctor must see it. ```", (0,)),
            ("> ```\n> The knee hurts.\n> ```", (0,)),
        ),
        (
            "Write this:\n\n```\nfoo bar\n```",
            "```\n<b>\n```",
            "`<b>`",
            f"{_LONG}\n\n```\nThe text.\n```",
            "- ```\n  x = 1\n  ```",
            f"{_LONG[:150]}\n\n```markdown\n## One\n```",
        ),
        None,
        (289,),
    ),
    "open fence": Cases(
        (
            (f"{_LONG}\n\n```\nThe rest.\n\nIs lost.", (2,)),
            (f"{_LONG}\n\n~~~~ text\nThe rest of the text is lost in it.", (2,)),
            (f"{_LONG}\n\n```\na\n``` b\n\nThe rest.", (2,)),
        ),
        (f"{_LONG}\n\n```\nx = 1\n```\n\nThe rest.", f"{_LONG}\n\n```\nx = 1", f"{_LONG}\n\n    a b\n\n    c"),
    ),
    "prose in code": Cases(
        (
            (f"{_LONG}\n\n    A paragraph that someone has indented by mistake.", (2,)),
            (f"{_LONG}\n\n\t무릎이 아프면 계단을 피하세요.", (2,)),
            (f"{_LONG}\n\n```md\n- a\n```\n\nb", (2,)),
            (f"{_LONG}\n\n```\na\n※ See a doctor.\n```", (4,)),
        ),
        (f"{_LONG}\n\n    x = 1", f"{_LONG}\n\n```python\nprint('The knee hurts in the morning.')\n```"),
    ),
    "table": Cases(
        (
            ("a\n\n| a | b |\n|---|\n| c | d |", (2,)),
            ("a\n\nA | B\n\n---|---\nc | d", (4,)),
            ("a\n\n| a | b |\n| c | d |", (2,)),
            ("a\n\n|A|B|\n|—|—|\n|c|d|", (2,)),
            ("a\n\n｜A｜B｜\n｜---｜---｜", (2,)),
            ("a\n\nA | B\n--|\nc | d", (3,)),
        ),
        ("Mon | Tue | Wed", "a | b\nc | d", "`|a|`\n`|b|`", "|x| is absolute"),
    ),
    "second fields": Cases(
        (
            ("---\ntitle: Knee pain\nlayout: post\n---\n\nThe text.", (1,)),
            ("---\ntitle: Knee pain\n---\n\nThe text.", (1,)),
            ("title: Knee pain\nlang: en\n\nThe text.", (0,)),
            ("Text.\n\n---\ntitle: Knee pain\ndate: 2025-01-01\n---\n\nMore.", (3,)),
            ("---\n제목: 무릎\n날짜: 2025-01-01\n---\n\nText.", (1,)),
            ("```yaml\n---\ntitle: a\n---\n```\n\nThe text of the post.", (0,)),
            ('+++\ntitle = "a"\n+++\n\nThe text.', (0,)),
            ('{"title": "a"}\n\nThe text.', (0,)),
        ),
        (
            "Text.\n\n---\n출처: 보건소",
            "---\nSource: a leaflet",
            "## Title: a subtitle\n\na",
            "Date: 5 May",
            "Opening hours: 9 to 5\nHolidays: closed",
            "a: b",
            "Question: does it hurt?\n---\n\nNo.",
        ),
    ),
    "entity": Cases(
        (
            ("a&amp;nbsp;b", (0,)),
            ("a\nb &amp;lt;br&amp;gt; c", (1,)),
            ("a&nbsp b", (0,)),
            ("a&amp;#8203;b", (0,)),
            ("a &amp;#x200B; b", (0,)),
            ("It&amp;#39;s", (0,)),
            ("a＆nbsp；b", (0,)),
        ),
        ("a&nbsp;b", "AT&T; R&D", "\\&nbsp;", "`&nbsp;`", "a &amp; b", "https://a.kr/?a=1&copy=2"),
        "&",
    ),
    "escape": Cases(
        (
            ("The first.\\nThe second.", (0,)),
            ("a\\r\\nb", (0,)),
            ("a\n무릎\\n어깨", (1,)),
            ("Dose:\\t2", (0,)),
            ("a\\n\\nb", (0,)),
            ("caf\\u00e9", (0,)),
            ("The first.\\\\nThe second.", (0,)),
        ),
        ("C:\\new\\tools", "`a.\\nB`", "folder\\new", "a\\\nb", "\\neq", "\\# a \\* b"),
        r"\\[nrtux]",
    ),
    "date as list": Cases(
        (
            ("2024. 3. 5. we moved to the second floor.", (0,)),
            ("a\n\n3. 5. (수) 휴진", (2,)),
            ("a\n\n- 2024. 3. 5. 개원", (2,)),
            ("> 2024. 3. 5.", (0,)),
            ("2024) 3) 5) a", (0,)),
        ),
        ("2024.3.5. we moved", "2024\\. 3. 5. we moved", "We moved on 2024. 3. 5. to", "1. a\n   1. b", "3. a"),
    ),
    "number changed": Cases(
        (
            ("1. first\n3. third\n5. fifth", (1,)),
            ("a\n\n1) first\n3) third", (3,)),
            ("3. c\n2. b\n1. a", (1,)),
            ("1. a\n2. b\n2. c", (2,)),
            ("1. a\n\n2. b\n\n4. d", (4,)),
            ("> 1. a\n> 3. b", (1,)),
            ("2025. a\n2023. b", (1,)),
            ("- 1. a\n  3. b", (1,)),
        ),
        (
            "1. a\n2. b\n3. c",
            "1. a\n1. b\n1. c",
            "3. a\n4. b",
            "0. a\n1. b",
            "1. a\n2. b\n\ntext\n\n1. c\n2. d",
            "1. a\n   1. b\n   2. c\n2. d",
            "```\n1. a\n3. b\n```\n\na",
            "1. first\n\n3\\. third",
        ),
    ),
    "sign between numbers": Cases(
        (
            ("3*4*5", (0,)),
            ("a\n10*20 cm, 30*40 cm", (1,)),
            ("2**3**4", (0,)),
            ("5*5cm*3개", (0,)),
        ),
        ("3 * 4 * 5", "3\\*4\\*5", "`3*4*5`", "a*b*c", "*3* pills", "Take **2** pills"),
        None,
        (356,),
    ),
    "backslash": Cases(
        (
            ("C:\\_new", (0,)),
            ("a\n\\\\server\\share", (1,)),
            ("¯\\_(ツ)_/¯", (0,)),
            ("\\(x \\neq y\\)", (0,)),
        ),
        ("\\*a\\*", "1\\. a", "\\[a\\] and \\(b\\)", "`C:\\_new`", "a\\\nb"),
    ),
    "lost character": Cases(
        (("Take one tab\ufffd\ufffd after meals.", (0,)), ("a\n\n- b\n- \ufffd", (3,))), ("Take one tab.",), "\ufffd"
    ),
    "wrong encoding": Cases(
        (
            ("It doesnâ€™t hurt.", (0,)),
            ("CafÃ©", (0,)),
            ("a\në¬´ë¦Ž", (1,)),
            ("38Â°C", (0,)),
            ("ï¿½", (0,)),
            ("占쏙옙", (0,)),
            ("°üÀý ÀÌ¾ß±â", (0,)),
            ("´Ù½Ã ÀÖ½À´Ï´Ù", (0,)),
            ("ÎÒµÄÏ¥¸ÇÊÇ", (0,)),
            ("‚±‚ñ‚É‚¿‚Í", (0,)),
        ),
        (
            "À bientôt, où ça ? Été",
            "5 µg ±2 °C ×3",
            "‚Äußerst‘, ‚Öl‘",
            "ÄÖÜ äöü ß",
            "ÁÉÍÓÚÑ",
            "½–¾",
            "Café, naïve, São, NÃO, Âge",
            "무릎",
            "«a»",
            "ë í ì",
            "MAÇÃ",
        ),
    ),
    "template mark": Cases(
        (("Dear {{ name }},", (0,)), ("a\n{% if x %}", (1,)), ("a<|endoftext|>", (0,)), ("[INST] a", (0,))),
        ("{a}", "a | b", "`{{ a }}`", "[INSTRUCTIONS]", "\\{\\{ a }}"),
    ),
    "tag in a field": Cases((), ()),
}
