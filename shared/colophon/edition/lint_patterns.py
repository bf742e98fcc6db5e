"""The signs of Markdown, of other formats and of lost letters, as they appear in the text that readers see.

The patterns are for ``ShownText.text``. None of them looks further than some hundred characters or begins at each
character of what another match could take, so that time grows with the length of a text only. Each begins with the sign
that it is for, and looks back from there: Python's engine finds such a sign many times faster than what is before it.
"""

import re

from colophon.edition.shown_text import BLOCK, EDGE, ESCAPED, ESCAPED_BACKSLASH
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import UNSEEN

_CJK = "가-힣ぁ-ヿ一-鿿"
_OPEN, _SHUT = r"(\[\"'“‘「『《〈【（［", r")\]\"'”’」』》〉】）］.,!?…。、！？:%"
_IN_LINE = rf"[^\n{BLOCK}{EDGE}]"
_IN_BRACKETS = rf"[^\[\]［］{BLOCK}{EDGE}]{{0,200}}"
# Brackets, which may hold brackets once more.
_REST_OF_BRACKETS = rf"{_IN_BRACKETS}(?:\[{_IN_BRACKETS}\]{_IN_BRACKETS})?[\]］]"
_BRACKETS = rf"[\[［]{_REST_OF_BRACKETS}"
_WEB = r"<?(?:https?://|www\.|mailto:)"
_PICTURE = rf"[^()\[\]\n{BLOCK}{EDGE}]{{1,200}}\.(?i:jpe?g|png|gif|webp|avif|heic|svg|bmp)\b"
_SPACES = r"[^\S\n]{0,9}"


def _spans(sign: str, before: str, after: str, last: str = "") -> str:
    """Text between two of ``sign``, both directly beside the text. ``last`` is what its last character must be.

    ``before`` are the characters that must not stand before the first sign, or with = in front, one of which must.
    """
    one, mark = sign[0], "".join(f"[{character}]" for character in sign)
    behind = f"(?<=[{before[1:]}]{mark})" if before.startswith("=") else f"(?<![{before}]{mark})"
    first, end = rf"[^\s{one}{BLOCK}{EDGE})\]\.,!?]", last or rf"[^\s{one}(\[]"
    return rf"{mark}{behind}(?={first})[^{one}{BLOCK}{EDGE}]{{0,120}}(?<={end}){mark}(?![{one}]){after}"


IMAGE = compile_lazily(
    rf"[!！](?:(?<!\w!)(?<!！){_BRACKETS}(?!\()|(?<!！){_BRACKETS}(?=\()"
    rf"|[\[［][^\]］\[［{BLOCK}{EDGE}]{{0,200}}\.(?i:jpe?g|png|gif|webp)\b"
    rf"|\s?{_BRACKETS}(?=\s{{0,3}}[(（]\s{{0,3}}(?:{_WEB}|{_PICTURE}))"
    rf"|\([^()\n{BLOCK}{EDGE}]{{0,200}}\)(?=\[{_PICTURE})"
    rf"|【[^【】\n{BLOCK}{EDGE}]{{0,200}}】(?=\s?[(（]{_PICTURE}))"
)
# A converter has put a backslash before each sign of an image. Readers need no name of a file.
ESCAPED_IMAGE = compile_lazily(
    rf"{ESCAPED}(?<=[!{ESCAPED}].)[^\[\]\n{ESCAPED}{BLOCK}{EDGE}]{{0,200}}[\]{ESCAPED}][({ESCAPED}]"
    rf"(?=[^()\[\]\n{ESCAPED}{BLOCK}{EDGE}]{{1,200}}\.(?i:jpe?g|png|gif|webp|avif)[){ESCAPED}])"
)
_NO_IMAGE = r"(?<![!！].)(?<![!！]\s.)"
LINK = (
    compile_lazily(
        rf"(?P<sign>[\[［]{_NO_IMAGE}{_REST_OF_BRACKETS})(?:\(|(?=\s{{0,3}}[(（]\s{{0,3}}{_WEB})|\[\])", re.DOTALL
    ),
    compile_lazily(rf"[{EDGE}\n](?P<sign>{_BRACKETS}:){_SPACES}{_WEB}"),
    compile_lazily(rf"\([^()\n{BLOCK}{EDGE}]{{1,200}}\)\[{_WEB}"),
    compile_lazily(rf"\[\[(?<!!..)[^\[\]\n{BLOCK}{EDGE}]{{1,100}}\]\]"),
)
ADDRESS = compile_lazily(rf"<https?://[^<>{BLOCK}{EDGE}]{{0,200}}>")
FOOTNOTE = (
    compile_lazily(r"[\[［]\^[^\[\]［］\s]{1,80}[\]］]"),
    compile_lazily(rf"\^(?<=\w\^)\[(?=[^\[\]]{{0,20}}[^\W\d_]{{2}})[^\[\]\n{BLOCK}{EDGE}]{{1,80}}\]"),
)
TASK = (
    compile_lazily(rf"[{EDGE}\n](?P<sign>[-*+][\[［][ xX]?[\]］])"),
    compile_lazily(rf"{EDGE}(?P<sign>\[\]|［[ xX]?］)(?={_SPACES}\w)"),
)
# One # without a space begins a word of a blog's tags: only a whole line of words that ends no sentence is a heading.
HEADING = (
    compile_lazily(
        rf"[{EDGE}\n][\s{UNSEEN}]{{0,20}}"
        rf"(?P<sign>[#＃]{{2,}}[^\S\n]*[^\s#＃{BLOCK}{EDGE}]{{1,30}}|[#＃][^\S\n]+[^\s{BLOCK}{EDGE}]{{1,30}})"
    ),
    compile_lazily(
        rf"#(?<={EDGE}#)(?=[^\s#\d])[^#\n{BLOCK}{EDGE}]{{1,80}}[^\S\n][^#\n{BLOCK}{EDGE}]{{0,80}}(?<![.!?。！？\s])(?={EDGE})"
    ),
    compile_lazily(r"#(?<=[.!?。！？…] #)#{1,5} (?=[^\s#])"),
)
BOLD = compile_lazily(r"\*\*+|＊＊+")
EMPHASIS = (
    compile_lazily(_spans("*", r"\w*", r"(?!\w)")),
    compile_lazily(_spans("*", r"\w*", r"(?=\w)", f"[{_SHUT}]")),
    compile_lazily(_spans("*", r"=\w", "").replace("(?=", f"(?=[{_OPEN}])(?=", 1)),
    compile_lazily(rf"\*(?<=\s\*)\s[^\W\d][^*\n{BLOCK}{EDGE}]{{0,80}}(?<=\w)\s\*(?=\s)"),
)
MAY_BE_UNDERSCORES = compile_lazily(rf"_(?:[{_CJK}]|_(?<![A-Za-z0-9_/]__)(?=[^\s_]))")
UNDERSCORES = (
    compile_lazily(_spans("__", "A-Za-z0-9_", "")),
    compile_lazily(_spans("_", r"\w/.&=?#@-", rf"(?=[{_CJK}])")),
    # The words of a blog's tags, which begin with #, and names with digits are written so on purpose.
    compile_lazily(
        rf"[\s{EDGE}][{_CJK}]{{1,20}}(?P<sign>_(?=[{_CJK}])[^_#\d{BLOCK}{EDGE}]{{1,60}}(?<=[{_CJK}])_(?=[{_CJK}]))"
    ),
)
STRIKETHROUGH = (compile_lazily(_spans("~~", r"\w~", "")), re.compile(_spans("~~", "~", r"(?=\w)")))
FENCE = compile_lazily(r"`{3,}")
_CELL = rf":?[-–—－]+:?{_SPACES}"
_ROW = rf"[|｜]{_IN_LINE}{{0,500}}[|｜]{_SPACES}"
TABLE = compile_lazily(
    rf"[{EDGE}\n](?P<sign>{_ROW}(?:\n{_ROW})+|[ \t>]{{0,9}}(?:[|｜]{_SPACES}{_CELL}){{1,50}}[|｜]?{_SPACES}"
    rf"|(?:{_CELL}[|｜]{_SPACES}){{1,50}}(?:{_CELL})?)(?=[\n{EDGE}])"
)
ENTITY = compile_lazily(
    r"[&＆](?:nbsp(?!\w)|(?:nbsp|lt|gt|amp|quot|apos|[lr][sd]quo|[lr]aquo|[sb]dquo|hellip|middot|bull|[nm]dash|shy|zwn?j"
    r"|e[nm]sp|thinsp|copy|reg|trade|times|deg|plusmn|frac\d\d|[lr]arr|euro|yen|[a-zA-Z](?:acute|grave|circ|uml|tilde)"
    r"|#\d{2,7}|#[xX][0-9a-fA-F]{2,6})[;；])"
)
_ANY_BACKSLASH = rf"[\\{ESCAPED_BACKSLASH}]"
ESCAPE = compile_lazily(
    rf"{_ANY_BACKSLASH}(?:[rn]{_ANY_BACKSLASH}n|u[0-9a-fA-F]{{4}}|x[0-9a-fA-F]{{2}}|n(?=[A-Z{_CJK}#*※•\s{EDGE}])"
    rf"|(?<=[.!?:,;)\"'>…。、！？：，）」”’{_CJK}].)[nrt](?![a-z]))"
)
# In the Markdown: a path of Windows or of a network, LaTeX, a shrug.
MAY_BE_BACKSLASH = compile_lazily(r"[A-Za-z]:\\|\\\\\w|¯\\|\\\(")
BACKSLASH = (
    compile_lazily(rf":(?<=[A-Za-z]:)(?<![\w{ESCAPED_BACKSLASH}].:)[\\\w.-]{{0,80}}{ESCAPED}[\w.-]"),
    compile_lazily(rf"{ESCAPED_BACKSLASH}(?<![\w{ESCAPED_BACKSLASH}].)[\w-]{{1,40}}\\\w"),
    compile_lazily(rf"¯{ESCAPED}\("),
    compile_lazily(
        rf"{ESCAPED}[^\\\n{ESCAPED}{BLOCK}{EDGE}]{{0,80}}\\[a-z]{{2,}}[^\n{ESCAPED}{BLOCK}{EDGE}]{{0,80}}{ESCAPED}"
    ),
)
LOST_CHARACTER = compile_lazily(r"\ufffd+[^\s\x01-\x03]{0,20}")
# UTF-8, CP949, GBK or Shift JIS read as Windows-1252 or Latin-1; U+FFFD written in UTF-8 and read as one of these.
_CONTINUATION = "\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"
_CONTINUATION_OR_QUOTE = f"{_CONTINUATION}‘’“”–—€"
WRONG_ENCODING = compile_lazily(
    rf"â€[{_CONTINUATION_OR_QUOTE}]|Ã[{_CONTINUATION}]|Â[\u00a0©®°·»«]|ï¿½|占쏙옙|锟斤拷"
    rf"|(?:[ìíëêãåæçèé][{_CONTINUATION_OR_QUOTE}]{{2}}){{2,}}"
    r"|(?=[À-ÖØ-öø-ÿ]{0,20}[¡-¿×÷])(?:[°-÷][¡-þ]){3,}|(?:‚[\u00a0-ÿ\u0192-\u2122]){3,}"
)
TEMPLATE = compile_lazily(
    rf"\{{\{{[^{{}}\n{BLOCK}{EDGE}]{{1,80}}\}}\}}|\{{%[^%\n{BLOCK}{EDGE}]{{1,80}}%\}}|<\|[\w ]{{1,40}}\|>|\[/?INST\]"
    r"|:contentReference\[oaicite"
)
TAG = compile_lazily(r"</?(?i:b|i|u|em|strong|br|p|span|div|font|sup|sub|a|img|h[1-6])(?:\s[^<>]{0,200})?/?>")
