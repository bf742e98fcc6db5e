"""``purge``: invalidate in the CDN what was corrected or withdrawn, the cache tags of many changes in few calls.

A tag is sent after its page is recorded, or its listing swapped, so what the CDN fetches next is the new version.
"""

from collections.abc import Mapping, Sequence

from colophon.decision.identity import fingerprint
from colophon.decision.purging import merge_tags
from colophon.stores.cdn import Cdn

# A third of what one distribution may have in progress (CloudFront quotas), so that the next request finds room.
_TAGS_PER_INVALIDATION = 1_000


def purge(tags_by_message: Mapping[str, Sequence[str]], cdn: Cdn) -> int:
    """Invalidate every tag in ``tags_by_message``, which is keyed by message id. Returns how many paths that costs.

    The caller reference is a hash of the message ids and tags: the same messages delivered again create no second
    invalidation. Raises Unavailable; then all messages must be retried.
    """
    tags = merge_tags(tag for message_tags in tags_by_message.values() for tag in message_tags)
    messages = sorted(tags_by_message)
    for start in range(0, len(tags), _TAGS_PER_INVALIDATION):
        batch = tags[start : start + _TAGS_PER_INVALIDATION]
        cdn.invalidate(batch, fingerprint("purge", messages, list(batch)))
    return len(tags)
