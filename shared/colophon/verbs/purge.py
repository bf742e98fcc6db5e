"""``purge``: have the CDN forget what was corrected or taken away, the tags of many changes gathered into few.

It comes last of all: a page's tag is sent when the page is swapped and recorded, a listing's when the listing is. So
whatever the CDN asks for anew is already what stands.
"""

from collections.abc import Mapping, Sequence

from colophon.decision.identity import fingerprint
from colophon.decision.purging import gathered
from colophon.stores.cdn import Cdn

# A third of what one distribution may have in progress: the next request finds room.
_AT_ONCE = 1_000


def purge(tags_by_message: Mapping[str, Sequence[str]], cdn: Cdn) -> None:
    """Have all tags forgotten that messages (by their ids) name.

    The same messages again ask for the same by the same reference, which does nothing; the same tags in later messages
    are forgotten again. Raises Unavailable: then all messages have to come again.
    """
    tags = gathered(tag for named in tags_by_message.values() for tag in named)
    messages = sorted(tags_by_message)
    for start in range(0, len(tags), _AT_ONCE):
        part = tags[start : start + _AT_ONCE]
        cdn.forget(part, fingerprint("purge", messages, list(part)))
