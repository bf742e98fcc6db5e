"""What moto and boto3 work out anew each time, worked out once: their addresses, their methods, AWS's descriptions.

None of it changes while the emulation runs, and it is a third of a request's time and all of a cold start's.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import Any

from colophon_emulator.lock import replaced

_OURS = ("s3", "dynamodb", "sqs")


@contextmanager
def routes_found_once() -> Iterator[None]:
    """For the time of the block moto looks up who answers a request, and asks the services of this site first."""
    from moto import backend_index
    from moto.core import responses
    from moto.core.base_backend import BaseBackend
    from moto.core.utils import method_names_from_class

    ours_first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _OURS)
    with ExitStack() as patches:
        patches.enter_context(replaced(BaseBackend, "urls", _once_for_each_class(vars(BaseBackend)["urls"])))
        patches.enter_context(replaced(backend_index, "backend_url_patterns", ours_first))
        patches.enter_context(replaced(responses, "method_names_from_class", cache(method_names_from_class)))
        yield


@contextmanager
def descriptions_read_once() -> Iterator[None]:
    """For the time of the block the sessions of all functions share what boto3 has read of AWS's services.

    Each function has a session of its own, and each session would read a list of all regions and services. Each
    request spells out what runs here, and cleans every letter of it.
    """
    from botocore import useragent
    from botocore.loaders import JSONFileLoader, Loader

    read = _descriptions(JSONFileLoader.load_file)
    clean = cache(useragent.sanitize_user_agent_string_component)
    with (
        replaced(JSONFileLoader, "load_file", lambda _, path: read(path)),
        replaced(Loader, "list_available_services", _listed_once(Loader.list_available_services)),
        replaced(useragent, "sanitize_user_agent_string_component", clean),
    ):
        yield


@contextmanager
def dates_read_once() -> Iterator[None]:
    """For the time of the block a date that an answer has had before is not taken apart again: each listing of a folder
    has all of the folder's."""
    from botocore import utils

    read = lru_cache(maxsize=4096)(utils._parse_timestamp_with_tzinfo)  # type: ignore[attr-defined]
    with replaced(utils, "_parse_timestamp_with_tzinfo", read):
        yield


def _listed_once(listed: Callable[..., Any]) -> Callable[..., Any]:
    found: dict[tuple[Any, ...], Any] = {}

    def list_available_services(loader: Any, type_name: str) -> Any:
        where = (type_name, *loader.search_paths)
        if where not in found:
            found[where] = listed(loader, type_name)
        return found[where]

    return list_available_services


@cache
def _descriptions(read: Callable[[Any, str], Any]) -> Callable[[str], Any]:
    """``read``, remembered for as long as the process lives."""
    from botocore.loaders import JSONFileLoader

    return cache(lambda path: read(JSONFileLoader(), path))


def _once_for_each_class(worked_out: property) -> property:
    found: dict[type, Any] = {}

    def urls(backend: Any) -> Any:
        if type(backend) not in found:
            found[type(backend)] = worked_out.__get__(backend)
        return found[type(backend)]

    return property(urls)
