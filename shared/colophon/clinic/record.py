"""A clinic's record: its registered names, its permission and its public channels."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from colophon.edition.model import Https, Line

ChannelKind: TypeAlias = Literal["naver-blog", "website", "youtube", "instagram", "kakao", "other"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Permission(_Strict):
    """The clinic's permission to publish translations of its posts."""

    reference: Line
    granted: date


class Channel(_Strict):
    """One place where the clinic publishes itself; ``name`` is plain text."""

    kind: ChannelKind
    url: Https
    name: Line


class ClinicRecord(_Strict):
    """Who a clinic is. ``names`` are as registered, by language, never coined by a translator."""

    names: Annotated[dict[str, Line], Field(min_length=1)]
    status: Literal["active", "suspended"] = "active"
    permission: Permission | None = None
    registration: Line | None = None
    channels: dict[str, Channel] = {}

    def name(self, lang: str) -> str:
        """The registered name for readers of ``lang``: theirs, else the English one, else the Korean one."""
        for candidate in (lang, "en", "ko", *self.names):
            if candidate in self.names:
                return self.names[candidate]
        raise AssertionError("a clinic record has at least one name")
