"""A clinic's record, as ``clinic.yaml`` gives it: registered names, permission and public channels."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from colophon.clinic.platforms import PLATFORMS, find_channel_publisher, find_publisher, platform_for
from colophon.language.served import lookup_tags
from colophon.problem import Problem
from colophon.upload.fields import Fields, display_value
from colophon.upload.keys import is_slug
from colophon.upload.strict import read_fields
from colophon.upload.validated import StrictFile, StrictModel, validate
from colophon.upload.values import Day, HttpsUrl, LanguageTag, Line, check_each_once, value_error

_KINDS = tuple(platform.kind for platform in PLATFORMS)
if TYPE_CHECKING:
    ChannelKind: TypeAlias = str
else:
    # pydantic makes the schema and its messages from it. mypy reads no literal that is made at run time.
    ChannelKind = Literal[_KINDS]


def _check_channel_key(key: str) -> str:
    if is_slug(key):
        return key
    fix = "Use 1 to 81 lower-case letters a-z, digits and hyphens, and no reserved word."
    raise value_error(f"“{display_value(key)}” can't be the key of a channel.", fix)


def _check_clinic_name(name: str) -> str:
    if is_slug(name):
        return name
    fix = "Write the clinic's name as in its folder, clinics/<name>/."
    raise value_error(f"“{display_value(name)}” is not the name of a clinic.", fix)


class Permission(StrictModel):
    """The clinic's permission to publish translations of its posts.

    Without a ``scope`` a page shows its translation alone, as permissions are not always for more.
    """

    reference: Annotated[Line, Field(description="where the permission is on file")]
    granted: Annotated[Day, Field(description="the date it was granted, as 2026-05-31")]
    scope: Annotated[
        Literal["translations", "originals"] | None,
        Field(description="originals if it also covers showing the original beside its translation"),
    ] = None


class Channel(StrictModel):
    """One place where the clinic publishes itself; ``name`` is plain text."""

    kind: Annotated[ChannelKind, Field(description=f"{', '.join(_KINDS[:-1])} or {_KINDS[-1]}")]
    url: Annotated[HttpsUrl, Field(description="the channel's public address")]
    name: Annotated[Line, Field(description="the channel's name in plain text")]

    @model_validator(mode="after")
    def _check_publisher(self) -> "Channel":
        if find_channel_publisher(self.kind, self.url) is None:
            what = f"“{display_value(self.url)}” is not the address of a channel of the kind {self.kind}."
            platform = platform_for(self.kind)
            example = f"for {platform.name} as {platform.example}"
            raise value_error(what, f"Give the address of the clinic's own channel, {example}, or another kind.")
        return self


class ClinicRecord(StrictFile):
    """Who a clinic is. ``names`` are as registered, by language, never coined by a translator."""

    names: Annotated[
        dict[LanguageTag, Line],
        Field(min_length=1, description="the registered names by language, ko among them"),
    ]
    status: Literal["active", "suspended"] = "active"
    permission: Permission | None = None
    accepts_moves_from: Annotated[
        tuple[Annotated[str, AfterValidator(_check_clinic_name)], ...],
        Field(description="the clinics whose posts may name addresses of this one in moved_from"),
        AfterValidator(check_each_once),
    ] = ()
    registration: Line | None = None
    channels: dict[Annotated[str, AfterValidator(_check_channel_key)], Channel] = Field(default={})

    def name(self, lang: str) -> str:
        """The registered name for readers of ``lang``: in their language, else in English, else in Korean."""
        for candidate in (*lookup_tags(lang), "en", "ko", *self.names):
            if candidate in self.names:
                return self.names[candidate]
        raise AssertionError("a clinic record has at least one name")


_KOREAN_NAME = ("names", "ko")


def read_clinic(content: bytes) -> ClinicRecord:
    """The record in ``content``, the bytes of clinic.yaml. Raises Refused with all of its problems."""
    fields = read_fields(content)
    return validate(ClinicRecord, fields, _check_korean_name(fields))


def _check_korean_name(fields: Fields) -> Iterator[Problem]:
    names = fields.get("names")
    if isinstance(names, dict) and names and "ko" not in names and _KOREAN_NAME not in fields.refused_paths:
        what = "“names.ko” is missing: the name that the clinic is registered under."
        yield fields.problem_at(_KOREAN_NAME, what, "Add names.ko: the registered Korean name.")


def owns_url(channel: Channel, url: str) -> bool:
    """Whether ``url`` belongs to the channel, by the rule of its platform.

    A website owns addresses by host (without "www."), path and the query of its own address, other platforms by
    account, if the address names one. False if ``url`` is not an https address of the platform.
    """
    own, other = find_channel_publisher(channel.kind, channel.url), find_publisher(channel.kind, url)
    return own is not None and other is not None and own.covers(other)
