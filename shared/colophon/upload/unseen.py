"""Characters that show nothing: blanks other than the space, and those without any width."""

import unicodedata

from colophon.upload.lazy_pattern import compile_lazily

# Every Unicode space but U+0020 (category Zs), the Hangul fillers and the empty braille cell.
WIDE_BLANKS = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000\u3164\uffa0\u2800"
# Directional marks, embeddings and isolates (UAX 9, section 2).
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# What no line of text that is shown may hold: byte order marks, directional controls, tag characters.
# For the inside of a character class.
FORBIDDEN_IN_LINE = f"\ufeff{BIDI_CONTROLS}\U000e0000-\U000e007f"
_ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d" + "".join(map(chr, range(0x2060, 0x2065))) + "\ufe0e\ufe0f\ufeff"
_DEPRECATED = "".join(map(chr, range(0x206A, 0x2070)))
# Also for the inside of a character class: none of them has a meaning there.
UNSEEN = f"{WIDE_BLANKS}{BIDI_CONTROLS}{_ZERO_WIDTH}{_DEPRECATED}"
# A variation selector at the end belongs to the emoji before it, bidirectional controls are refused in fields.
_ENDS = f" \t\n{WIDE_BLANKS}{_ZERO_WIDTH}{_DEPRECATED}".replace("\ufe0e", "").replace("\ufe0f", "")

# Scripts whose words are not separated by spaces: U+200B marks where a line may break (Unicode Standard, 16.2 to 16.4).
_UNSPACED_SCRIPTS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaa7f"
# Scripts in which joiners change the letters (Unicode Standard, 9.2, 12.1 and 23.2): Arabic to Indic, and others.
_JOINING_SCRIPTS = (
    f"\u0600-\u08ff\u0900-\u0dff\u1800-\u18af\ua840-\ua87f\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
    f"\U00010a00-\U00011fff\U0001e900-\U0001e95f{_UNSPACED_SCRIPTS}"
)
# Emoji, arrows and signs that emoji sequences are made of, with their modifiers (UTS 51, 1.4 and 2.3).
_EMOJI = "\u00a9\u00ae\u20e3\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
_REMOVED = compile_lazily(
    f"[\u2060-\u2064\u206a-\u206f\ufeff]"
    f"|(?<![\u1800-\u18af])\u180e"
    f"|(?<![{_UNSPACED_SCRIPTS}])\u200b(?![{_UNSPACED_SCRIPTS}])"
    f"|(?<!\\w)\u00ad|\u00ad(?!\\w)"
    f"|(?<![{_JOINING_SCRIPTS}])\u200c"
    f"|(?<![{_JOINING_SCRIPTS}{_EMOJI}])\u200d|(?<=[{_EMOJI}])\u200d(?![{_EMOJI}])"
)
_MAYBE_REMOVED = compile_lazily(f"[{_ZERO_WIDTH}{_DEPRECATED}]")


def describe_unseen(character: str) -> str:
    """``character`` as a problem names it: "no-break space U+00A0"."""
    return f"{unicodedata.name(character, 'character').lower()} U+{ord(character):04X}"


def strip_unseen(text: str) -> str:
    """``text`` without characters that show nothing at its ends."""
    return text.strip() if text.isascii() else text.strip().strip(_ENDS)


def remove_zero_width(text: str) -> str:
    """``text`` without characters that have no width, but for those that its scripts and emoji need."""
    # One set of characters is found several times faster than the alternatives of the pattern.
    return text if text.isascii() or not _MAYBE_REMOVED.search(text) else _REMOVED.sub("", text)
