"""Whether an address belongs to a clinic's channel."""

from colophon.clinic.channel_urls import publisher, publisher_of
from colophon.clinic.record import Channel


def belongs(channel: Channel, url: str) -> bool:
    """Whether ``url`` is the channel's own, by the rules of its platform.

    A Naver blog by its blog's id, a website by host ("www." aside), path and the query its address carries, others by
    their account where the address tells it. False for what is no https address of the platform.
    """
    own, other = publisher(channel.kind, channel.url), publisher_of(channel.kind, url)
    return own is not None and other is not None and own.covers(other)
