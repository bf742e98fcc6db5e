"""How a text is written with the characters that have a glyph."""

from unicodedata import category, decomposition, lookup, name, normalize

from colophon.drawing.glyphs import has_glyphs


def spell_with_glyphs(text: str) -> str:
    """``text`` in characters that have glyphs; empty if a letter or digit of it has none, as it would be another name.

    A Latin letter loses an accent or a stroke that can't be drawn. Signs that can't be drawn are left out, as emoji
    and ``™``. Compatibility characters are written as what they stand for (NFKC, Unicode Standard Annex 15).
    """
    if has_glyphs(text):
        return text
    kept = "".join(character for character in text if has_glyphs(character) or not _is_raised_sign(character))
    spelled = [_spell(character) for character in normalize("NFKC", kept)]
    if None in spelled:
        return ""
    found = " ".join("".join(filter(None, spelled)).split())
    return found if any(map(str.isalnum, found)) else ""


def _spell(character: str) -> str | None:
    """``character`` or what stands for it; None if it can't be left out."""
    if has_glyphs(character):
        return character
    if (base := _base_letter(character)) and has_glyphs(base):
        return base
    if character.isalnum():
        return None
    # Marks and joiners belong to the character before them; other signs stand between words.
    return "" if category(character) in ("Mn", "Me", "Cf") else " "


def _base_letter(character: str) -> str:
    """The Latin letter that ``character`` is "with" something, by its name: a stroke is part of no decomposition."""
    base, sign, _ = name(character, "").partition(" WITH ")
    try:
        return lookup(base) if sign and base.startswith("LATIN ") else ""
    except KeyError:
        return ""


def _is_raised_sign(character: str) -> bool:
    """Whether it is a sign such as the one of a trade mark, which stands for raised letters."""
    return not character.isalnum() and decomposition(character).startswith("<super>")
