"""What a page says of itself to machines: JSON-LD in schema.org's words, and the ``ai-disclosure`` meta tag."""

from typing import TypeAlias

from colophon.edition.model import Review, Translation
from colophon.page.blocks import ShownFigure, shown_figures
from colophon.page.dates import instant_stamp
from colophon.page.links import canonical_url
from colophon.page.view import PostView

Json: TypeAlias = str | int | list["Json"] | dict[str, "Json"]

# https://schema.org/IPTCDigitalSourceEnumeration
_UNREVIEWED_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_REVIEWED_SOURCE = "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
_BLOGS = frozenset({"naver-blog"})


def ai_disclosure(view: PostView) -> str:
    """``ai-autonomous`` until a person has reviewed it, then ``ai-assisted``; empty on an original.

    The values are those of the W3C community group's draft on disclosure of AI content; it is no standard.
    """
    translation = view.edition.front.translation
    if translation is None:
        return ""
    return "ai-assisted" if isinstance(translation.review, Review) else "ai-autonomous"


def published(view: PostView) -> str:
    """When this text was first to be read: an original when it was posted, a translation when it was made."""
    front = view.edition.front
    if front.translation is None:
        return front.source.posted.isoformat()
    return instant_stamp(front.publish_at or front.translation.at)


def modified(view: PostView) -> str:
    """The day of the last correction or review, or nothing."""
    front = view.edition.front
    days = [correction.at for correction in front.corrections]
    if front.translation and isinstance(front.translation.review, Review):
        days.append(front.translation.review.at)
    return max(days).isoformat() if days else ""


def json_ld(view: PostView) -> dict[str, Json]:
    """The page as a schema.org ``BlogPosting`` or ``Article``; what is not known is left out."""
    site = view.site
    publisher: Json = {"@type": "Organization", "name": site.title(view.page.lang), "url": site.url}
    described: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": _kind(view),
        "url": canonical_url(view),
        "mainEntityOfPage": canonical_url(view),
        "headline": view.edition.front.title,
        "description": view.edition.excerpt,
        "inLanguage": view.page.lang,
        "datePublished": published(view),
        "dateModified": modified(view),
        "author": _clinic(view),
        "publisher": publisher,
        "isBasedOn": view.edition.front.source.url,
        "image": [_image(figure, view) for figure in shown_figures(view)],
        "keywords": list(view.edition.front.tags),
        "correction": _corrections(view),
        **_of_translation(view.edition.front.translation, view, publisher),
    }
    return {term: said for term, said in described.items() if said}


def _of_translation(translation: Translation | None, view: PostView, translator: Json) -> dict[str, Json]:
    if translation is None:
        translations = [sibling for sibling in view.siblings if not sibling.original]
        return {"workTranslation": [_sibling(view, sibling.lang, sibling.path) for sibling in translations]}
    return {
        "translationOfWork": _original(view),
        "translator": translator,
        "digitalSourceType": _REVIEWED_SOURCE if isinstance(translation.review, Review) else _UNREVIEWED_SOURCE,
    }


def _original(view: PostView) -> Json:
    source, clinic = view.edition.front.source, _clinic(view)
    work: dict[str, Json] = {
        "@type": _kind(view),
        "headline": source.title,
        "inLanguage": view.site.original_language,
        "url": source.url,
        "datePublished": source.posted.isoformat(),
        "author": clinic,
        "publisher": clinic,
    }
    archived = view.site.url + view.original.path if view.original else source.archive_url
    return {**work, "archivedAt": archived} if archived else work


def _sibling(view: PostView, lang: str, path: str) -> Json:
    return {"@type": _kind(view), "inLanguage": lang, "url": view.site.url + path}


def _kind(view: PostView) -> str:
    channel = view.clinic.channels.get(view.edition.front.source.channel)
    return "BlogPosting" if channel and channel.kind in _BLOGS else "Article"


def _clinic(view: PostView) -> dict[str, Json]:
    name = view.clinic.name(view.page.lang)
    others: list[Json] = [other for _, other in sorted(view.clinic.names.items()) if other != name]
    clinic: dict[str, Json] = {"@type": "Organization", "name": name}
    return {**clinic, "alternateName": others} if others else clinic


def _image(figure: ShownFigure, view: PostView) -> Json:
    image: dict[str, Json] = {
        "@type": "ImageObject",
        "url": view.site.url + figure.image.path,
        "width": figure.image.width,
        "height": figure.image.height,
        "caption": figure.caption,
        "creditText": figure.credit,
    }
    return {term: said for term, said in image.items() if said}


def _corrections(view: PostView) -> list[Json]:
    return [
        {"@type": "CorrectionComment", "text": correction.note, "datePublished": correction.at.isoformat()}
        for correction in view.edition.front.corrections
    ]
