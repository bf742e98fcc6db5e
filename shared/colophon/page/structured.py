"""What a page says of itself to machines: JSON-LD in schema.org's words, and the ``ai-disclosure`` meta tag."""

from typing import TypeAlias

from colophon.edition.model import Review, Translation
from colophon.language.dates import instant_stamp
from colophon.page.blocks import ShownFigure, shown_figures
from colophon.page.links import canonical_url
from colophon.views import PostView

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
    """The day of the last correction or review, or nothing. One of the first day is told by the moment that the text
    was first to be read, since the day itself began before it."""
    front = view.edition.front
    days = [correction.at for correction in front.corrections]
    if front.translation and isinstance(front.translation.review, Review):
        days.append(front.translation.review.at)
    if not days:
        return ""
    last, first = max(days).isoformat(), published(view)
    return last if last > first[: len(last)] else first


def json_ld(view: PostView) -> dict[str, Json]:
    """The page as a schema.org ``BlogPosting`` or ``Article``; what is not known is left out.

    Here and in all that describes a page, terms stand in the order of their names: so are they written.
    """
    site, front, url = view.site, view.edition.front, canonical_url(view)
    kind, clinic = _kind(view), _clinic(view)
    publisher: Json = {"@type": "Organization", "name": site.title(view.page.lang), "url": site.url}
    described: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": kind,
        "author": clinic,
        "correction": _corrections(view),
        "dateModified": modified(view),
        "datePublished": published(view),
        "description": view.edition.excerpt,
        "digitalSourceType": _source_type(front.translation),
        "headline": front.title,
        "image": [_image(figure, view) for figure in shown_figures(view)],
        "inLanguage": view.page.lang,
        "isBasedOn": front.source.url,
        "keywords": list(front.tags),
        "mainEntityOfPage": url,
        "publisher": publisher,
        "translationOfWork": _original(view, kind, clinic) if front.translation else "",
        "translator": publisher if front.translation else "",
        "url": url,
        "workTranslation": [] if front.translation else _translations(view, kind),
    }
    return {term: said for term, said in described.items() if said}


def _source_type(translation: Translation | None) -> str:
    if translation is None:
        return ""
    return _REVIEWED_SOURCE if isinstance(translation.review, Review) else _UNREVIEWED_SOURCE


def _original(view: PostView, kind: str, clinic: Json) -> Json:
    source = view.edition.front.source
    archived = view.site.url + view.original.path if view.original else source.archive_url
    return {
        "@type": kind,
        **({"archivedAt": archived} if archived else {}),
        "author": clinic,
        "datePublished": source.posted.isoformat(),
        "headline": source.title,
        "inLanguage": view.site.original_language,
        "publisher": clinic,
        "url": source.url,
    }


def _translations(view: PostView, kind: str) -> list[Json]:
    return [
        {"@type": kind, "inLanguage": sibling.lang, "url": view.site.url + sibling.path}
        for sibling in view.siblings
        if not sibling.original
    ]


def _kind(view: PostView) -> str:
    channel = view.clinic.channels.get(view.edition.front.source.channel)
    return "BlogPosting" if channel and channel.kind in _BLOGS else "Article"


def _clinic(view: PostView) -> dict[str, Json]:
    name = view.clinic.name(view.page.lang)
    others: list[Json] = [other for _, other in sorted(view.clinic.names.items()) if other != name]
    if not others:
        return {"@type": "Organization", "name": name}
    return {"@type": "Organization", "alternateName": others, "name": name}


def _image(figure: ShownFigure, view: PostView) -> Json:
    image: dict[str, Json] = {
        "@type": "ImageObject",
        "caption": figure.caption,
        "creditText": figure.credit,
        "height": figure.image.height,
        "url": view.site.url + figure.image.path,
        "width": figure.image.width,
    }
    return {term: said for term, said in image.items() if said}


def _corrections(view: PostView) -> list[Json]:
    return [
        {"@type": "CorrectionComment", "datePublished": correction.at.isoformat(), "text": correction.note}
        for correction in view.edition.front.corrections
    ]
