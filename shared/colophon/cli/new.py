"""``colophon new``: a post folder to fill in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from colophon.cli.failures import Misused

if TYPE_CHECKING:
    from colophon.upload.keys import PostRef


class Laid(Struct, frozen=True):
    """The files that were made, and those that were there already and stayed as they were."""

    folder: Path
    made: tuple[Path, ...]
    kept: tuple[Path, ...]


def new(name: str, inbox: Path) -> Laid:
    """Lay out the post ``name`` (``<clinic>/<post>``) in ``inbox``, and whatever else it needs that is not there.

    Overwrites nothing. Raises Misused for a name that no post can have, and when there is nothing left to make.
    """
    from colophon.cli import skeletons
    from colophon.upload.keys import ClinicFile, PageRef, SiteFile

    post = _post_ref(name)
    texts = {
        PageRef(post, "ko").key: skeletons.ORIGINAL,
        PageRef(post, "en").key: skeletons.TRANSLATION,
        ClinicFile(post.clinic).key: skeletons.CLINIC,
        SiteFile().key: skeletons.SITE,
    }
    kept = tuple(inbox / key for key in texts if (inbox / key).exists())
    made = tuple(inbox / key for key in texts if not (inbox / key).exists())
    if not made or not any(path.suffix == ".md" for path in made):
        raise Misused(f"{inbox / post.folder} has its files already; nothing was changed.")
    for key, text in texts.items():
        if inbox / key in made:
            (inbox / key).parent.mkdir(parents=True, exist_ok=True)
            (inbox / key).write_text(text, "utf-8")
    return Laid(inbox / post.folder, made, kept)


def _post_ref(name: str) -> "PostRef":
    from colophon.upload.keys import PageRef, Unknown, named

    found = named(f"posts/{name.strip('/')}/ko.md")
    if isinstance(found, PageRef):
        return found.post
    if isinstance(found, Unknown) and name.strip("/").count("/") == 1:
        raise Misused(f"{found.problem.what} {found.problem.fix}")
    raise Misused(f"“{name}” does not name a post. Write <clinic>/<post>, as in my-clinic/my-first-post.")


def new_command(
    name: Annotated[str, typer.Argument(metavar="CLINIC/POST", help="The clinic's folder and the post's.")],
    inbox: Annotated[Path, typer.Option("--inbox", "-i", file_okay=False, help="The inbox to put it into.")] = Path(),
) -> None:
    """Make a post folder to fill in.

    It has the original, a translation, and the clinic's record if it is not there yet. The files hold every field
    with a word on what belongs there; colophon check says what is still to fill in. Nothing is ever overwritten.

    \b
    Examples:
      colophon new my-clinic/my-first-post
      colophon new my-clinic/my-first-post --inbox inbox
    """
    from colophon.cli.problem_lines import shown_path
    from colophon.cli.terminal import out, say

    laid = new(name, inbox.absolute())
    console = out()
    for path in laid.made:
        say(console, ("made  ", "green"), shown_path(path))
    for path in laid.kept:
        say(console, ("kept  ", "dim"), shown_path(path))
    say(console, "")
    say(console, "1. Fill in what has nothing behind its colon, and write the texts below the dashes.")
    say(console, "2. Put the images beside them, by the names that the texts use.")
    say(console, f"3. colophon check {shown_path(laid.folder)}")
