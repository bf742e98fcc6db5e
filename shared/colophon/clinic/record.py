"""A clinic's record: its registered names, its permission, its public channels, and how ``clinic.yaml`` is read."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from colophon.clinic.channel_urls import publisher, publisher_of
from colophon.problem import Problem
from colophon.upload.fields import Fields, shown
from colophon.upload.keys import is_slug
from colophon.upload.strict import fields_of_file
from colophon.upload.validated import validated
from colophon.upload.values import Day, Https, LanguageTag, Line, flawed

ChannelKind: TypeAlias = Literal["naver-blog", "website", "youtube", "instagram", "kakao", "other"]


def _channel_key(key: str) -> str:
    if is_slug(key):
        return key
    fix = "Use 1 to 81 lower-case letters a-z, digits and hyphens, and no reserved word."
    raise flawed(f"“{shown(key)}” can't be the key of a channel.", fix)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Permission(_Strict):
    """The clinic's permission to publish translations of its posts."""

    reference: Annotated[Line, Field(description="where the permission is on file")]
    granted: Annotated[Day, Field(description="the date it was granted, as 2026-05-31")]


class Channel(_Strict):
    """One place where the clinic publishes itself; ``name`` is plain text."""

    kind: Annotated[ChannelKind, Field(description="naver-blog, website, youtube, instagram, kakao or other")]
    url: Annotated[Https, Field(description="the channel's public address")]
    name: Annotated[Line, Field(description="the channel's name in plain text")]

    @model_validator(mode="after")
    def _names_its_publisher(self) -> "Channel":
        if publisher(self.kind, self.url) is None:
            what = f"“{shown(self.url)}” is not the address of a channel of the kind {self.kind}."
            raise flawed(what, "Give the address of the clinic's own channel, or another kind.")
        return self


class ClinicRecord(_Strict):
    """Who a clinic is. ``names`` are as registered, by language, never coined by a translator."""

    names: Annotated[
        dict[LanguageTag, Line],
        Field(min_length=1, description="the registered names by language, ko among them"),
    ]
    status: Literal["active", "suspended"] = "active"
    permission: Permission | None = None
    registration: Line | None = None
    channels: dict[Annotated[str, AfterValidator(_channel_key)], Channel] = {}

    def name(self, lang: str) -> str:
        """The registered name for readers of ``lang``: theirs, else the English one, else the Korean one."""
        for candidate in (lang, "en", "ko", *self.names):
            if candidate in self.names:
                return self.names[candidate]
        raise AssertionError("a clinic record has at least one name")


_KOREAN = ("names", "ko")


def read_clinic(content: bytes) -> ClinicRecord:
    """The record that ``content`` holds. Raises Refused with every problem of it."""
    fields = fields_of_file(content)
    return validated(ClinicRecord, fields, _without_korean_name(fields))


def _without_korean_name(fields: Fields) -> Iterator[Problem]:
    names = fields.get("names")
    if isinstance(names, dict) and names and "ko" not in names and _KOREAN not in fields.refused:
        what = "“names.ko” is missing: the name that the clinic is registered under."
        yield fields.problem(_KOREAN, what, "Add names.ko: the registered Korean name.")


def belongs(channel: Channel, url: str) -> bool:
    """Whether ``url`` is the channel's own, by the rules of its platform.

    A Naver blog by its blog's id, a website by host ("www." aside), path and the query its address carries, others by
    their account where the address tells it. False for what is no https address of the platform.
    """
    own, other = publisher(channel.kind, channel.url), publisher_of(channel.kind, url)
    return own is not None and other is not None and own.covers(other)
