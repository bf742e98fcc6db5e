"""Metadata of a page for machines: JSON-LD with schema.org's terms, and the ``ai-disclosure`` meta tag."""

from typing import TypeAlias

from colophon.images.mark import SOURCE_TYPE_PREFIX, STATED_SOURCE_TYPES, contradicts
from colophon.language.dates import format_timestamp
from colophon.page.blocks import FigureView, visible_figures
from colophon.page.links import canonical_url
from colophon.views import PostView

Json: TypeAlias = str | int | list["Json"] | dict[str, "Json"]

# https://schema.org/IPTCDigitalSourceEnumeration
_UNREVIEWED_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_REVIEWED_SOURCE = "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
# Terms of IPTC's scheme that schema.org calls otherwise (https://github.com/schemaorg/schemaorg/issues/3392), and
# those that it has no member for, which keep their address in the scheme.
_OTHER_MEMBERS = {"computationalCapture": "MultiFrameComputationalCapture"}
_WITHOUT_MEMBER = ("humanEdits", "softwareImage", "digitalCreation")


def ai_disclosure(view: PostView) -> str:
    """``ai-autonomous`` until a person has reviewed this text, then ``ai-assisted``; empty on an original.

    The values are from the draft of a W3C community group on disclosure of AI content. It is not a standard.
    """
    if view.edition.is_original:
        return ""
    return "ai-assisted" if view.edition.is_reviewed else "ai-autonomous"


def published_at(view: PostView) -> str:
    """When this text was published: an original when it was posted, a translation at publish_at or when it was made."""
    front = view.edition.front_matter
    if front.translation is None:
        return front.source.posted.isoformat()
    return format_timestamp(front.publish_at or front.translation.at)


def modified_at(view: PostView) -> str:
    """The day of the last correction or review, of whichever text, or an empty text.

    If it is the day of publication, the result is ``published_at``: the day alone began before that instant.
    """
    days = [correction.at for correction in view.edition.front_matter.corrections]
    if view.edition.review:
        days.append(view.edition.review.at)
    if not days:
        return ""
    last, first = max(days).isoformat(), published_at(view)
    return last if last > first[: len(last)] else first


def describe_post(view: PostView) -> dict[str, Json]:
    """The page as a schema.org ``BlogPosting`` or ``Article``, without the terms that have no value.

    Here and in the parts, terms are in alphabetical order, which is the order of the JSON.
    """
    site, front, url = view.site, view.edition.front_matter, canonical_url(view)
    kind, clinic = _schema_type(view), _describe_clinic(view)
    publisher: Json = {"@type": "Organization", "name": site.title(view.page.lang), "url": site.url}
    description: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": kind,
        "author": clinic,
        "correction": _describe_corrections(view),
        "dateModified": modified_at(view),
        "datePublished": published_at(view),
        "description": view.edition.excerpt,
        "digitalSourceType": _source_type(view),
        "headline": front.title,
        "image": [_describe_image(figure, view) for figure in visible_figures(view)],
        "inLanguage": view.page.lang,
        "isBasedOn": front.source.url,
        "keywords": list(front.tags),
        "mainEntityOfPage": url,
        "publisher": publisher,
        "translationOfWork": _describe_original(view, kind, clinic) if front.translation else "",
        "translator": publisher if front.translation else "",
        "url": url,
        "workTranslation": [] if front.translation else _describe_translations(view, kind),
    }
    return {term: value for term, value in description.items() if value}


def _source_type(view: PostView) -> str:
    if view.edition.is_original:
        return ""
    return _REVIEWED_SOURCE if view.edition.is_reviewed else _UNREVIEWED_SOURCE


def _describe_original(view: PostView, kind: str, clinic: Json) -> Json:
    source = view.edition.front_matter.source
    archive_url = view.site.url + view.original.path if view.original else source.archive_url
    return {
        "@type": kind,
        **({"archivedAt": archive_url} if archive_url else {}),
        "author": clinic,
        "datePublished": source.posted.isoformat(),
        "headline": source.title,
        "inLanguage": view.site.original_language,
        "publisher": clinic,
        "url": source.url,
    }


def _describe_translations(view: PostView, kind: str) -> list[Json]:
    return [
        {"@type": kind, "inLanguage": sibling.lang, "url": view.site.url + sibling.path}
        for sibling in view.siblings
        if not sibling.original
    ]


def _schema_type(view: PostView) -> str:
    return "BlogPosting" if view.platform.is_blog else "Article"


def _describe_clinic(view: PostView) -> dict[str, Json]:
    name = view.clinic.name(view.page.lang)
    others: list[Json] = [other for _, other in sorted(view.clinic.names.items()) if other != name]
    if not others:
        return {"@type": "Organization", "name": name}
    return {"@type": "Organization", "alternateName": others, "name": name}


def _describe_image(figure: FigureView, view: PostView) -> Json:
    image: dict[str, Json] = {
        "@type": "ImageObject",
        "caption": figure.caption,
        "creditText": figure.credit,
        "digitalSourceType": _image_source_types(figure),
        "height": figure.image.height,
        "url": view.site.url + figure.image.path,
        "width": figure.image.width,
    }
    return {term: value for term, value in image.items() if value}


def _image_source_types(figure: FigureView) -> Json:
    """How an image was made: by its file, and by the front matter if that says something else; empty if neither says.

    schema.org does not declare the members of its enumeration mutually exclusive.
    """
    mark, stated = figure.image.mark, figure.stated
    terms = [mark.source_type] if mark.source_type else []
    if stated and (not terms or contradicts(stated, mark)):
        terms.append(STATED_SOURCE_TYPES[stated])
    members: list[Json] = [_member_of(term) for term in terms]
    return members[0] if len(members) == 1 else members


def _member_of(term: str) -> str:
    if term in _WITHOUT_MEMBER:
        return SOURCE_TYPE_PREFIX + term
    return f"https://schema.org/{_OTHER_MEMBERS.get(term, term[0].upper() + term[1:])}DigitalSource"


def _describe_corrections(view: PostView) -> list[Json]:
    return [
        {"@type": "CorrectionComment", "datePublished": correction.at.isoformat(), "text": correction.note}
        for correction in view.edition.front_matter.corrections
    ]
