"""What a post with an image costs ``colophon dev``, in seconds of the processor: all of a stack is in them.

A machine with other work to do makes its wall time noise. The posts come all at once, the image before the text.
"""

from pathlib import Path

from colophon_cli.local_stack import LocalStack
from tests.bench.post import Clinic, make_clinic
from tests.bench.processes import processor_seconds
from tests.bench.stack_site import StackSite

_FIRST = 5


def measure_dev_images(posts: int) -> dict[str, float]:
    """The processor time of one post with its image, by the name of the figure, once some have filled caches."""
    clinic: Clinic = make_clinic(0)
    template = Path(__file__).parents[2] / "template.yaml"
    with LocalStack(template) as stack:
        site = StackSite(stack, _FIRST + posts, clinic, range(_FIRST + posts))
        site.open()
        site.put_posts(range(_FIRST))
        began = processor_seconds()
        site.put_posts(range(_FIRST, _FIRST + posts))
        seconds = (processor_seconds() - began) / posts
    return {"dev.images.cpu_seconds_a_post": seconds}
