"""How an image is refused: what was seen, and what the uploader can do about it."""

from colophon.problem import Problem, Refused

SAVE_AGAIN = "Open it in an image program, save it as JPEG or PNG, and upload that."
SAVE_SMALLER = "Save it at most 4,000 pixels across and upload that: the site shows at most 1,600."
UPLOAD_AGAIN = "Upload the whole file again; if it looks broken on your computer too, save it anew."


def refused(what: str, fix: str = SAVE_AGAIN) -> Refused:
    """The refusal that carries this one problem."""
    return Refused((Problem(what, fix),))


def cut_short(kind: str) -> Refused:
    """The refusal of a file that ends too early."""
    return refused(f"The {kind} file is cut short: it ends before its image does.", UPLOAD_AGAIN)


def not_well_formed(kind: str) -> Refused:
    """The refusal of a file whose structure is not what its type asks for."""
    return refused(f"It begins like a {kind} image but can't be read as one.")


def too_much_memory(kind: str, width: int, height: int) -> Refused:
    """The refusal of an image that can only be decoded whole, which takes more memory than there is."""
    size = f"{width:,} by {height:,} pixels"
    return refused(
        f"A {kind} image of this kind has to be decoded whole, and {size} are too many for that.", SAVE_SMALLER
    )
