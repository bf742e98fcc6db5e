"""Hostile bodies, and the second parser that judges what came of them."""

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
)

_ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
_ELEMENTS = {"p", "h2", "h3", "h4", "em", "strong", "ul", "ol", "li", "blockquote", "pre", "code", "br", "hr", "a"}


def off_the_list(html: str) -> Iterator[str]:
    """What a browser's parser finds in ``html`` that has no place on a page."""
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            yield "a comment"
        elif element.tag != "DOCUMENT_FRAGMENT":
            if element.tag not in _ELEMENTS:
                yield element.tag
            for name, value in element.attrib.items():
                if name not in _ATTRIBUTES.get(element.tag, set()):
                    yield f"{element.tag} {name}"
                if name == "href" and not value.startswith("https://"):
                    yield value


def all_off_the_list(edition: Edition) -> list[str]:
    """The same of every block of ``edition``."""
    return [found for block in edition.blocks if not isinstance(block, Figure) for found in off_the_list(block.html)]
