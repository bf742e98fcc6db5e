"""The signs of Markdown, of other formats and of lost letters, as they appear in the text that readers see.

The patterns are for ``ShownText.text``. None of them looks further than some hundred characters or begins at each
character of what another match could take, so that time grows with the length of a text only. Each begins with the sign
that it is for, and looks back from there: Python's engine finds such a sign many times faster than what is before it.
"""

import re

from colophon.edition.shown_text import BLOCK, EDGE, ESCAPED, ESCAPED_BACKSLASH
from colophon.upload.unseen import UNSEEN

_CJK = "가-힣ぁ-ヿ一-鿿"
_OPEN, _SHUT = r"(\[\"'“‘「『《〈【（［", r")\]\"'”’」』》〉】）］.,!?…。、！？:%"
# Not a block's boundary.
_IN = rf"[^{BLOCK}{EDGE}]"
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


IMAGE = re.compile(
    rf"[!！](?:(?<!\w!)(?<!！){_BRACKETS}(?!\()|(?<!！){_BRACKETS}(?=\()"
    rf"|[\[［][^\]］\[［{BLOCK}{EDGE}]{{0,200}}\.(?i:jpe?g|png|gif|webp)\b"
    rf"|\s?{_BRACKETS}(?=\s{{0,3}}[(（]\s{{0,3}}(?:{_WEB}|{_PICTURE}))"
    rf"|\([^()\n{BLOCK}{EDGE}]{{0,200}}\)(?=\[{_PICTURE}))"
)
_NO_IMAGE = r"(?<![!！].)(?<![!！]\s.)"
LINK = (
    re.compile(
        rf"(?P<sign>[\[［]{_NO_IMAGE}{_REST_OF_BRACKETS})(?:\(|(?=\s{{0,3}}[(（]\s{{0,3}}{_WEB})|\[\])", re.DOTALL
    ),
    re.compile(rf"[{EDGE}\n](?P<sign>{_BRACKETS}:){_SPACES}{_WEB}"),
    re.compile(rf"\([^()\n{BLOCK}{EDGE}]{{1,200}}\)\[{_WEB}"),
)
ADDRESS = re.compile(rf"<https?://[^<>{BLOCK}{EDGE}]{{0,200}}>")
FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,80}\]")
# One # without a space begins a word of a blog's tags: only a whole line of words that ends no sentence is a heading.
HEADING = (
    re.compile(
        rf"[{EDGE}\n][\s{UNSEEN}]{{0,20}}"
        rf"(?P<sign>[#＃]{{2,}}[^\S\n]*[^\s#＃{BLOCK}{EDGE}]{{1,30}}|[#＃][^\S\n]+[^\s{BLOCK}{EDGE}]{{1,30}})"
    ),
    re.compile(
        rf"#(?<={EDGE}#)(?=[^\s#\d])[^#\n{BLOCK}{EDGE}]{{1,80}}[^\S\n][^#\n{BLOCK}{EDGE}]{{0,80}}(?<![.!?。！？\s])(?={EDGE})"
    ),
    re.compile(r"#(?<=[.!?。！？…] #)#{1,5} (?=[^\s#])"),
)
BOLD = re.compile(r"\*\*+|＊＊+")
EMPHASIS = (
    re.compile(_spans("*", r"\w*", r"(?!\w)")),
    re.compile(_spans("*", r"\w*", r"(?=\w)", f"[{_SHUT}]")),
    re.compile(_spans("*", r"=\w", "").replace("(?=", f"(?=[{_OPEN}])(?=", 1)),
    re.compile(rf"\*(?<=\s\*)\s[^\W\d][^*\n{BLOCK}{EDGE}]{{0,80}}(?<=\w)\s\*(?=\s)"),
)
MAY_BE_UNDERSCORES = re.compile(rf"_(?:[{_CJK}]|_(?<![A-Za-z0-9_/]__)(?=[^\s_]))")
UNDERSCORES = (
    re.compile(_spans("__", "A-Za-z0-9_", "")),
    re.compile(_spans("_", r"\w/.&=?#@-", rf"(?=[{_CJK}])")),
    # The words of a blog's tags, which begin with #, and names with digits are written so on purpose.
    re.compile(
        rf"[\s{EDGE}][{_CJK}]{{1,20}}(?P<sign>_(?=[{_CJK}])[^_#\d{BLOCK}{EDGE}]{{1,60}}(?<=[{_CJK}])_(?=[{_CJK}]))"
    ),
)
STRIKETHROUGH = (re.compile(_spans("~~", r"\w~", "")), re.compile(_spans("~~", "~", r"(?=\w)")))
FENCE = re.compile(r"`{3,}")
_CELL = rf":?[-–—－]+:?{_SPACES}"
_ROW = rf"[|｜]{_IN_LINE}{{0,500}}[|｜]{_SPACES}"
TABLE = re.compile(
    rf"[{EDGE}\n](?P<sign>{_ROW}(?:\n{_ROW})+|[ \t>]{{0,9}}(?:[|｜]{_SPACES}{_CELL}){{1,50}}[|｜]?{_SPACES}"
    rf"|(?:{_CELL}[|｜]{_SPACES}){{1,50}}(?:{_CELL})?)(?=[\n{EDGE}])"
)
ENTITY = re.compile(
    r"[&＆](?:nbsp(?!\w)|(?:nbsp|lt|gt|amp|quot|apos|[lr][sd]quo|[lr]aquo|[sb]dquo|hellip|middot|bull|[nm]dash|shy|zwn?j"
    r"|e[nm]sp|thinsp|copy|reg|trade|times|deg|plusmn|frac\d\d|[lr]arr|euro|yen|[a-zA-Z](?:acute|grave|circ|uml|tilde)"
    r"|#\d{2,7}|#[xX][0-9a-fA-F]{2,6})[;；])"
)
_ANY_BACKSLASH = rf"[\\{ESCAPED_BACKSLASH}]"
ESCAPE = re.compile(
    rf"{_ANY_BACKSLASH}(?:[rn]{_ANY_BACKSLASH}n|u[0-9a-fA-F]{{4}}|x[0-9a-fA-F]{{2}}|n(?=[A-Z{_CJK}#*※•\s{EDGE}])"
    rf"|(?<=[.!?:,;)\"'>…。、！？：，）」”’{_CJK}].)[nrt](?![a-z]))"
)
# In the Markdown: a path of Windows or of a network, LaTeX, a shrug.
MAY_BE_BACKSLASH = re.compile(r"[A-Za-z]:\\|\\\\\w|¯\\|\\\(")
BACKSLASH = (
    re.compile(rf":(?<=[A-Za-z]:)(?<![\w{ESCAPED_BACKSLASH}].:)[\\\w.-]{{0,80}}{ESCAPED}[\w.-]"),
    re.compile(rf"{ESCAPED_BACKSLASH}(?<![\w{ESCAPED_BACKSLASH}].)[\w-]{{1,40}}\\\w"),
    re.compile(rf"¯{ESCAPED}\("),
    re.compile(
        rf"{ESCAPED}[^\\\n{ESCAPED}{BLOCK}{EDGE}]{{0,80}}\\[a-z]{{2,}}[^\n{ESCAPED}{BLOCK}{EDGE}]{{0,80}}{ESCAPED}"
    ),
)
LOST_CHARACTER = re.compile(r"\ufffd+[^\s\x01-\x03]{0,20}")
# UTF-8 read as Windows-1252 or Latin-1; U+FFFD written in UTF-8 and read as one of these, as CP949 or as GBK.
_CONTINUATION = "\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"
_CONTINUATION_OR_QUOTE = f"{_CONTINUATION}‘’“”–—€"
WRONG_ENCODING = re.compile(
    rf"â€[{_CONTINUATION_OR_QUOTE}]|Ã[{_CONTINUATION}]|Â[\u00a0©®°·»«]|ï¿½|占쏙옙|锟斤拷"
    rf"|(?:[ìíëêãåæçèé][{_CONTINUATION_OR_QUOTE}]{{2}}){{2,}}"
)
TEMPLATE = re.compile(
    rf"\{{\{{[^{{}}\n{BLOCK}{EDGE}]{{1,80}}\}}\}}|\{{%[^%\n{BLOCK}{EDGE}]{{1,80}}%\}}|<\|[\w ]{{1,40}}\|>|\[/?INST\]"
    r"|:contentReference\[oaicite"
)
TAG = re.compile(r"</?(?i:b|i|u|em|strong|br|p|span|div|font|sup|sub|a|img|h[1-6])(?:\s[^<>]{0,200})?/?>")
