"""Hostile bodies, and the second parser that judges what came of them."""

import re
from collections.abc import Iterator

import html5lib

from colophon.edition.model import Edition, Figure

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import 'x'</style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</article><h1>x</h1>",
    "<form action=x><button>y</button></form>",
    "<base href=//a.kr>",
    "<meta http-equiv=refresh content=0;url=//a.kr>",
    "<p class=notice id=x style=position:fixed>y</p>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<object data=x>",
    "<embed src=x>",
    "<!--><img src=x>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?>",
    "<scr<script>ipt>",
    '<IMG SRC="jav&#x0A;ascript:x">',
    "\\<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java%0ascript:alert(1))",
    "[x](\tjavascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//a.kr)",
    '[x](https://a.kr "\\" onclick=alert(1) ")',
    '[x](https://a.kr/"onclick=alert(1))',
    "[x](https://a.kr/<script>)",
    "[x](<https://a.kr/'\"><script>>)",
    "<javascript:alert(1)>",
    '<https://a.kr/"onmouseover=x>',
    "![x](javascript:alert(1))",
    '!["onerror=alert(1)](a.jpg)',
    '![x](a.jpg "\\" onerror=alert(1)")',
    '![x]("onerror=alert(1).jpg)',
    "![<img src=x onerror=alert(1)>](a.jpg)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x\n]: data:x\n\n[x]",
    "`<script>alert(1)</script>`",
    '``` "><script>\nx\n```',
    "# <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "※ <script>alert(1)</script>",
    "※ [x](javascript:alert(1))",
    "※ ![x](a.jpg)",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "]]>",
    "--> x",
    "\u2028</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\u202e>tpircs<",
    "\ufeff<script>x</script>",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|-|-|\n| <img src=x onerror=alert(1)> | `<b>` |\n",
    '| "><script>x</script> | b | c | " onfocus=alert(1) autofocus x=" |\n|:-|-:|:-:|-|\n| & |\n',
    "~~<script>alert(1)</script>~~ ~~[x](javascript:alert(1))~~",
    "x[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    'x[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: y',
    "x[^about] y[^1-2] z[^1]\n\n[^about]: a\n[^1-2]: b\n[^1]: c",
    "x[^<b>]\n\n[^<b>]: y",
    "[x](#fn-1) [y](#about) z[^1]\n\n[^1]: w",
    "[see[^1]](https://a.kr) ![x[^1]](a.jpg)\n\n[^1]: y",
    "- [ ] <script>alert(1)</script>\n- [x] [x](javascript:alert(1))",
    'https://a.kr/"onclick=alert(1) https://a.kr/<script> https://a.kr/\'"><b>',
    "https://user:word@a.kr https://a.kr:x https://a.kr\\@b.kr javascript:alert(1) data:text/html,x",
    "a<br>b<br/onload=alert(1)>c<br onload=alert(1)>",
    "a<!-- --><script>alert(1)</script><!-- -->b",
    "<!-- <!-- --><img src=x onerror=alert(1)>-->",
    "<!--->x--><img src=x>",
    "&#1;&#2;&#3;&#x3; a ![x](a.jpg)\nb",
    '![x](<b>.jpg c.jpg) ![x](a b.jpg "<script>" onload="x)',
    "[![<b>](a.jpg)](javascript:alert(1))",
    '<ul><li id=about class=notice>x</li></ul><a id=read-on href="#read-on">y</a><span class=notice>z</span>',
    "<div class=notice-box tabindex=1 role=note>x</div><section class=notice id=y>z</section><th scope=row class=x>",
)

ELEMENTS = {
    "p", "h2", "h3", "h4", "em", "strong", "del", "ul", "ol", "li", "blockquote", "pre", "code", "br", "hr", "a", "sup",
    "table", "thead", "tbody", "tr", "th", "td", "div", "span", "section",
}  # fmt: skip
# By element and attribute: a pattern for all that the value may be.
_ALIGNMENT = "left|center|right"
_ATTRIBUTES = {
    ("a", "href"): r"https://.+|#fn(ref)?-[0-9]+(-[0-9]+)?",
    ("a", "rel"): "nofollow ugc noopener noreferrer",
    ("a", "id"): "fn.*",
    ("a", "role"): "doc-noteref|doc-backlink",
    ("ol", "start"): ".*",
    ("li", "id"): "fn.*",
    ("li", "class"): "task",
    ("th", "scope"): "col",
    ("th", "class"): _ALIGNMENT,
    ("td", "class"): _ALIGNMENT,
    ("div", "class"): "wide-table",
    ("div", "role"): "group",
    ("div", "tabindex"): "0",
    ("div", "aria-label"): ".*",
    ("span", "class"): "done|open",
    ("section", "class"): "footnotes",
}


def off_the_list(html: str) -> Iterator[str]:
    """What a browser's parser finds in ``html`` that has no place on a page."""
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            yield "a comment"
        elif element.tag != "DOCUMENT_FRAGMENT":
            if element.tag not in ELEMENTS:
                yield element.tag
            for name, value in element.attrib.items():
                if not re.fullmatch(_ATTRIBUTES.get((element.tag, name), r"(?!)"), value, re.DOTALL):
                    yield f"{element.tag} {name}={value}"


def all_off_the_list(edition: Edition) -> list[str]:
    """The same of every block of ``edition``, and of all together, as the page has them."""
    parts = [block.html for block in edition.blocks if not isinstance(block, Figure)]
    return [found for html in (*parts, "\n".join(parts)) for found in off_the_list(html)]


def ids_of(edition: Edition) -> list[str]:
    """Every id in the text of ``edition``."""
    parts = [block.html for block in edition.blocks if not isinstance(block, Figure)]
    return [attributes["id"] for _, attributes, *_ in elements_of("\n".join(parts)) if "id" in attributes]


def elements_of(html: str) -> list[tuple[str, dict[str, str], str, str]]:
    """Name, attributes, text and following text of each element of ``html``."""
    elements = html5lib.parseFragment(html, namespaceHTMLElements=False).iter()
    return [(str(one.tag), dict(one.attrib), one.text or "", one.tail or "") for one in elements]
