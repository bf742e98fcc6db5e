"""``purge``: have the CDN forget what was corrected or taken away, the tags of many changes gathered into few.

It comes last of all: a page's tag is sent when the page is swapped and recorded, a listing's when the listing is. So
whatever the CDN asks for anew is already what stands.
"""

from collections.abc import Mapping, Sequence

from colophon.decision.identity import fingerprint
from colophon.decision.purging import merge_tags
from colophon.stores.cdn import Cdn

# A third of what one distribution may have in progress: the next request finds room.
_TAGS_PER_INVALIDATION = 1_000


def purge(tags_by_message: Mapping[str, Sequence[str]], cdn: Cdn) -> None:
    """Have all tags forgotten that messages (by their ids) name.

    The same messages again ask for the same by the same reference, which does nothing; the same tags in later messages
    are forgotten again. Raises Unavailable: then all messages have to come again.
    """
    tags = merge_tags(tag for message_tags in tags_by_message.values() for tag in message_tags)
    messages = sorted(tags_by_message)
    for start in range(0, len(tags), _TAGS_PER_INVALIDATION):
        batch = tags[start : start + _TAGS_PER_INVALIDATION]
        cdn.invalidate(batch, fingerprint("purge", messages, list(batch)))
