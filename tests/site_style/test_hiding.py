"""What site.css must not try: to hide what readers are owed."""

import pytest

from tests.site_style.test_read import problems_of

HIDING = [
    "display: none", "display: NONE !important", "visibility: hidden", "visibility: collapse", "opacity: 0",
    "opacity: 10%", "content-visibility: hidden", "font-size: 0", "font-size: 1px", "font-size: .1em",
    "font-size: 30%", "font-size: x-small", "font-size: clamp(0px, 1px, 2px)", "font-size: min(2px, 5rem)",
    "font: 2px/1 serif", "font: italic 0.2rem serif", "font-size-adjust: 0", "zoom: .2", "line-height: 0",
    "letter-spacing: -1em", "transform: scale(0)", "-webkit-transform: translateX(-9999px)", "translate: -100vw",
    "scale: 0", "rotate: 90deg", "clip: rect(0 0 0 0)", "clip-path: inset(50%)", "-webkit-mask: linear-gradient(#000)",
    "position: absolute", "position: fixed", "left: -9999px", "inset-inline-start: -100vw", "top: 5000px",
    "margin-left: -9999px", "margin: 0 0 0 -80em", "text-indent: -9999px", "text-indent: 100%", "width: 0",
    "max-width: 1px", "height: 0", "max-height: 1px", "block-size: 1px", "overflow: hidden", "overflow-y: clip",
    "text-overflow: ellipsis", "-webkit-line-clamp: 1", "color: transparent", "color: #0000",
    "color: rgb(0 0 0 / .1)", "-webkit-text-fill-color: transparent", "filter: opacity(0)", "filter: blur(9px)",
    "mix-blend-mode: difference", "-webkit-text-security: disc", "order: 9", "z-index: -1", "pointer-events: none",
    "animation: gone 1s infinite", "unicode-bidi: bidi-override", "content: 'Reviewed by a person'",
    "color: #fff; background: #ffffff", "max-width: 6rem",
    "font-family: Wingdings", "font-family: 'Zapf Dingbats', serif", "font: 1rem/1.5 Webdings", "font: 0 serif",
    "font: 0/0 a", "font: x-small serif", "font-size: clamp(1px, .1vw, 20rem)",
    "font-size: calc(1em * .01)", "font-size: calc(16px - 15px)", "font-size: max(0px, .1px)", "font-size: 900px",
    "display: table-column", "padding: 0 45vw", "padding: 0 calc(50vw - 1rem)", "border: 150px solid",
    "border-width: 0 20vw", "z-index: 9999999", "z-index: calc(infinity)", "margin-bottom: -60px", "height: 5000px",
    "min-height: 4000px", "padding-bottom: 1999px", "aspect-ratio: 1 / 1000", "container-type: size",
    "grid-template-columns: 0 1fr", "grid: 0 / 0", "grid-template-rows: repeat(9, 0)", "color: color(srgb 1 1 1 / .2)",
    "display: var(--missing, none)", "padding: var(--missing, 49vw)",
    "color: hwb(0 100% 0%); background: #fff", "background-color: hsl(0 0% 100%); color: white",
]  # fmt: skip
HARMLESS = [
    "display: grid", "visibility: visible", "opacity: 1", "opacity: .9", "font-size: .875rem", "font-size: 110%",
    "font-size: clamp(.9rem, .8rem + 1vw, 1.2rem)", "font: 600 1rem/1.5 Georgia, serif", "line-height: 1.4",
    "letter-spacing: .02em", "transform: none", "clip-path: none", "position: relative", "position: sticky",
    "margin: 2rem auto", "margin-inline: -1.25rem", "width: fit-content", "max-width: 40rem", "min-height: 0",
    "overflow: visible", "color: #222", "color: var(--ink)", "color: inherit", "filter: none", "order: 0",
    "background: transparent", "color: #fff; background: #135", "border: 0", "text-indent: 1em", "animation: none",
    "transition: color .2s", "content: none", "padding: 1rem 1.25rem", "padding-inline: clamp(1rem, 5vw, 3rem)",
    "font-size: calc(1rem + 1px)", "font: 600 1.1rem serif", "font-family: 'Segoe UI', 'Segoe UI Symbol', Georgia",
    "font-size: clamp(1rem, 50vw, 1.2rem)",
    "border-radius: 999px", "border: .375rem solid #222", "margin-top: -1px", "color: Canvas",
    "color: var(--missing)", "padding: var(--missing)", "grid-template-columns: minmax(0, 1fr) auto",
    "padding-inline: max(1rem, (100vw - 60rem) / 2)", "aspect-ratio: 16 / 9",
    "color: color-mix(in srgb, red, black)", "height: auto", "max-height: none", "inset: 0",
]  # fmt: skip


@pytest.mark.parametrize("declaration", HIDING)
def test_a_notice_can_not_be_hidden_shrunk_or_moved_away(declaration: str) -> None:
    told = problems_of(f"nav {{ color: red }}\n.notice-box {{\n  {declaration}\n}}\n")
    assert [problem.line for problem in told] == [3]
    assert declaration.partition(":")[0] in told[0].what or "color" in told[0].what
    assert told[0].fix


@pytest.mark.parametrize("declaration", HARMLESS)
def test_a_notice_can_be_dressed(declaration: str) -> None:
    assert problems_of(f".notice-box, .notice {{ {declaration} }}") == []


@pytest.mark.parametrize(
    "selector",
    [
        ".notice", ".notice-box", ".source-warning", "[data-notice]", '[data-notice="label"]', "p[data-notice='a']",
        ".post-header > .notice", ".notice-box a", ".notice-box dl > div", "body .notice", "nav, .notice",
        "main>.notice",
        "h1 + .notice", ".no\\74ice", "[class=notice]", "[class]", "[class='NOTICE' i]", "[class~='notice']",
        '[class*="otic"]', '[class^="source-w"]',
        ":is(nav, .notice)", ":where(.notice) *", "section:has(.notice)", ".notice:not(.other)",
        ".notice-box details + dl", ".notice-box > details ~ dl dd", ".notice-box summary", ".notice-box > h2 + p",
        ".notice-box details:not([open]) + *", ".notice-box details::details-content",
        ":nth-child(1 of .notice)", ".notice:first-child", ".notice::first-line", "article .notice a:hover",
    ],
)  # fmt: skip
def test_a_notice_is_known_by_any_name(selector: str) -> None:
    assert problems_of(f"{selector} {{ display: none }}") != []


@pytest.mark.parametrize(
    "selector",
    ["*", "html", ":root", "body", "main > *", "article", ".post-header", "main section", "p", "li", ".entry",
     "article > :nth-child(2)", "div", ":not(h1)", "article > section:first-of-type", "header", ".tombstone p",
     ".post-body div", "#main", "#a-post", "[lang]", "[dir=ltr]", "[class^='POST-']", "[id='main']", ".listing",
     ".skip ~ main", ".site-header + main", "nav ~ div", "h1 ~ section", "body:has(nav)", "[class~='entry']"],
)  # fmt: skip
def test_what_holds_notices_can_not_be_hidden_either(selector: str) -> None:
    assert problems_of(f"{selector} {{ display: none }}") != []
    assert problems_of(f"{selector} {{ display: block; overflow: hidden; position: relative }}") == []


@pytest.mark.parametrize(
    "selector",
    ["nav", ".read-on", "nav:not(.notice)", ".site-footer p", "figcaption .credit", "h1", ".post-header h1",
     ".notice + nav", ".notice ~ .x p", "nav p", "#topics", "aside > *", ".notices", "[data-kind]",
     "[class='card']", ".excerpt"],
)  # fmt: skip
def test_everything_else_can_be_hidden(selector: str) -> None:
    assert problems_of(f"{selector} {{ display: none; left: -9999px }}") == []


@pytest.mark.parametrize(
    "css",
    [
        "@media print { .notice { display: none } }",
        "@supports (color: red) { @media screen { @layer look { .notice { display: none } } } }",
        ".notice-box { & h2 { display: none } }",
        "article { .notice { display: none } }",
        ".notice { @media print { display: none } }",
        "@scope (.notice-box) { a { display: none } }",
        "@container (min-width: 1px) { .notice { color: red; display: none } }",
        "@starting-style { .notice { display: none } }",
        ".skip { ~ main { display: none } }",
        ".skip { & + header + main { display: none } }",
        "nav { body:has(&) { display: none } }",
        "nav { header & { color: red } main:has(+ &) { display: none } }",
        ".skip { @media print { ~ main { display: none } } }",
        ":root { --gone: none } main { display: var(--gone) }",
        "nav { --gone: block } footer { --gone: none } main { display: var(--gone) }",
        ":root { --gone: var(--away); --away: none } main { display: var(--gone) }",
        ":root { --wide: 49vw } body { padding: 0 calc(var(--wide) - 1px) }",
        "@page { size: 1cm 1cm }",
    ],
)
def test_no_block_around_it_makes_a_difference(css: str) -> None:
    assert len(problems_of(css)) == 1


@pytest.mark.parametrize(
    "css",
    [
        "nav { p { display: none } }",
        "nav { & p { display: none } & > p { display: none } &:hover { display: none } p + p { display: none } }",
        ":root { --small: .8rem } nav { font-size: var(--small); display: var(--nothing) }",
        "@page { size: A4; margin: 2cm }",
        "@scope (nav) { p { display: none } }",
        "@scope (.site-footer) to (.notice) { p { display: none } }",
        "@keyframes gone { to { opacity: 0 } }",
        "@page { margin: 0; @top-left { content: 'x'; font-size: 6pt } }",
    ],
)
def test_a_block_may_say_that_no_notice_is_meant(css: str) -> None:
    assert problems_of(css) == []


@pytest.mark.parametrize(
    ("css", "words"),
    [
        (".notice::before { content: 'Not true: ' }", "put words into a notice"),
        (".notice:after { content: '한' }", "put words into a notice"),
        (".notice-box::after { position: absolute; inset: 0; background: #fff }", "put something over a notice"),
        (":root { --notice-ink: transparent }", "colours of the notices"),
        (":root { --warning-paper: #000 }", "colours of the notices"),
        ("nav { background: var(--notice-paper) }", "colours of the notices"),
        ("h1::after { content: ''; margin-bottom: -900px }", "pull something over a notice"),
        ("nav { height: 3000px }", "push a notice out of sight"),
        ("nav { z-index: 2147483647 }", "put something over a notice"),
        ("nav { --ink: #0000 }", "invisible"),
    ],
)
def test_what_a_sheet_paints_itself_can_not_speak_for_a_notice_or_cover_it(css: str, words: str) -> None:
    (problem,) = problems_of(css)
    assert words in problem.what


def test_what_a_sheet_paints_itself_can_be_anything_else() -> None:
    assert problems_of(".notice::before { content: '※' / ''; display: none; font-size: 0 }") == []


def test_the_page_s_text_can_not_be_made_so_small_that_notices_shrink_with_it() -> None:
    assert problems_of("html { font-size: 62.5% }") != []
    assert problems_of("html { font-size: 112.5% }") == []


def test_what_holds_notices_may_be_narrower_than_a_notice() -> None:
    assert problems_of(".post-body { max-width: 6rem }") == []
    assert problems_of(".post-body { max-width: 6px }") != []


def test_a_problem_quotes_the_declaration_and_says_what_is_free() -> None:
    (problem,) = problems_of(".notice {\n  color: red;\n  DISPLAY : none }")
    assert (problem.line, problem.what) == (3, "“DISPLAY: none” would hide a notice.")
    assert "colours, borders, fonts and space" in problem.fix
