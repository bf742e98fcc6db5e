"""Characters that show nothing: blanks other than the space, and those without any width."""

import unicodedata

# Every Unicode space but U+0020 (category Zs), the Hangul fillers and the empty braille cell.
WIDE_BLANKS = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000\u3164\uffa0\u2800"
# Directional marks, embeddings and isolates (UAX 9, section 2).
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d" + "".join(map(chr, range(0x2060, 0x2065))) + "\ufe0e\ufe0f\ufeff"
_DEPRECATED = "".join(map(chr, range(0x206A, 0x2070)))
# Also for the inside of a character class: none of them has a meaning there.
UNSEEN = f"{WIDE_BLANKS}{BIDI_CONTROLS}{_ZERO_WIDTH}{_DEPRECATED}"


def describe_unseen(character: str) -> str:
    """``character`` as a problem names it: "no-break space U+00A0"."""
    return f"{unicodedata.name(character, 'character').lower()} U+{ord(character):04X}"


def strip_unseen(text: str) -> str:
    """``text`` without characters that show nothing at its ends."""
    return text.strip().strip(_ENDS)


# A variation selector at the end belongs to the emoji before it.
_ENDS = f" \t\n{UNSEEN}".replace("\ufe0e", "").replace("\ufe0f", "")
