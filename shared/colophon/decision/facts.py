"""What others show of a live page, and what its report warns of without stopping it."""

from colophon.edition.model import Review
from colophon.page.paths import path_of
from colophon.page.view import Facts, PostView
from colophon.problem import Problem


def facts_of(view: PostView) -> Facts:
    """What listings and siblings show of the page made from ``view``. Nothing in it depends on its siblings."""
    front = view.edition.front
    corrected = [correction.at for correction in front.corrections]
    return Facts(
        lang=view.page.lang,
        path=path_of(view.page),
        title=front.title,
        source_title=front.source.title,
        excerpt=view.edition.excerpt,
        posted=front.source.posted,
        original=view.edition.is_original,
        source_warnings=view.edition.source_warnings,
        reviewed=front.translation is not None and isinstance(front.translation.review, Review),
        modified=max(corrected, default=None),
        tags=front.tags,
    )


def warnings_for(view: PostView) -> tuple[Problem, ...]:
    """What the report of a live translation warns of: things that a reader is owed and its folder does not give."""
    if view.edition.is_original:
        return ()
    warnings: list[Problem] = []
    if view.original is None and view.edition.front.source.archive_url is None:
        fix = f"Upload the original into {view.page.post.folder}, or give source.archive_url."
        what = "The archived original is neither in the folder nor named, so the page can't link to it."
        warnings.append(Problem(what, fix, "source.archive_url", severity="warning"))
    if view.original and view.original.source_warnings > view.edition.source_warnings:
        what = (
            f"The original has {view.original.source_warnings} warning lines (※), this translation "
            f"{view.edition.source_warnings}. The page says so."
        )
        warnings.append(Problem(what, "Translate every line that begins with ※.", severity="warning"))
    return tuple(warnings)
