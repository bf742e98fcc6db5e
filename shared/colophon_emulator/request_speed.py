"""Faster implementations of what moto does for each request, whatever it asks for, and for each answer in XML.

None of these patches changes an answer; ``tests/emulator/test_request_speed.py`` compares the answers with moto's own.
Every stack and every schedule of the tests needs them. The figures in the docstrings are shares of the processor time
that one request of S3 takes.
"""

import string
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import ParseResult, unquote, urlparse
from xml.sax.saxutils import escape, quoteattr

from botocore.httpchecksum import AwsChunkedWrapper
from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    Request,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from moto.core.serialize import AttributePicker, ResponseSerializer, S3Serializer, XFormedAttributePicker
from moto.moto_api._internal.moto_random import MotoRandom
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3.responses import S3Response

from colophon_emulator.lock import patch


@contextmanager
def draw_ids_at_once() -> Iterator[None]:
    """Draw all characters of an id at once. moto draws one after the other; each answer has an id: 4 %."""

    def get_random_string(random: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
        drawn = "".join(random.choices(string.ascii_letters + string.digits * include_digits, k=length))
        return drawn.lower() if lower_case else drawn

    with patch(MotoRandom, "get_random_string", get_random_string):
        yield


@contextmanager
def read_hosts_once() -> Iterator[None]:
    """Find out once for each host whether it names a bucket. moto matches it with ten patterns, five times: 5 %."""
    ask = S3Response.subdomain_based_buckets
    found: dict[str, bool] = {}

    def names_bucket(request: Any) -> bool:
        host = request.headers.get("Host")
        if not host:
            return ask(request)
        if host not in found:
            found[host] = ask(request)
        return found[host]

    with patch(S3Response, "subdomain_based_buckets", staticmethod(names_bucket)):
        yield


@contextmanager
def find_services_once() -> Iterator[None]:
    """Find the service of a host once. moto lists its own folder for each request over HTTP: a quarter of its time."""
    ask = DomainDispatcherApplication.get_backend_for_host
    found: dict[str | None, Any] = {}

    def get_backend_for_host(application: Any, host: str | None) -> Any:
        if host not in found:
            found[host] = ask(application, host)
        return found[host]

    with patch(DomainDispatcherApplication, "get_backend_for_host", get_backend_for_host):
        yield


@contextmanager
def build_requests_directly() -> Iterator[None]:
    """Turn a request of botocore into one of WSGI without werkzeug's builder of test requests: 5 %."""
    build = Request.from_primitives.__func__  # type: ignore[attr-defined]
    raw_url = vars(Request)["raw_url"].fget

    def from_primitives(kind: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        environ = _environ(method, url, headers, body)
        return kind(environ) if environ else build(kind, method, url, headers, body)

    def raw_url_once(request: Any) -> str:
        if "colophon.raw_url" not in vars(request):
            vars(request)["colophon.raw_url"] = raw_url(request)
        url: str = vars(request)["colophon.raw_url"]
        return url

    with (
        patch(Request, "from_primitives", classmethod(from_primitives)),
        patch(Request, "raw_url", property(raw_url_once)),
    ):
        yield


def _environ(method: str, url: str, headers: Mapping[str, Any], body: Any) -> dict[str, Any] | None:
    """What werkzeug's builder makes of these; None where it would do more: encode a form, or a path of an odd form."""
    parsed = urlparse(url)
    environ = _environ_of_url(method, parsed)
    preserved: dict[str, str] = {}
    for name, value in headers.items():
        if name.lower() != "transfer-encoding":
            key = environ_key_for_header(name)
            environ[key] = value.decode() if isinstance(value, bytes) else value
            if should_preserve_original_header_name(name):
                preserved[key] = name
    if parsed.path.startswith("//") or not url.isascii() or "form" in environ.get("CONTENT_TYPE", ""):
        return None
    if isinstance(body, AwsChunkedWrapper):
        body = body.read()
    content = body.read() if hasattr(body, "read") else body or b""
    content = content.encode() if isinstance(content, str) else bytes(content)
    environ["wsgi.input"] = BytesIO(content)
    environ["CONTENT_LENGTH"] = str(len(content)) if body else environ.get("CONTENT_LENGTH", "0")
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = preserved
    return environ


def _environ_of_url(method: str, url: ParseResult) -> dict[str, Any]:
    host, _, port = url.netloc.partition(":")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # As WSGI has it: the bytes of the path, as Latin-1.
        "PATH_INFO": unquote(url.path).encode().decode("latin1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": url.path,
        "RAW_URI": url.path,
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if url.scheme == "https" else "80"),
        "HTTP_HOST": url.netloc,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


_MISSING = object()


@contextmanager
def find_names_once() -> Iterator[None]:
    """Find out once by which names an answer's member may be found in a dictionary. moto asks six classes: 10 %."""
    get_value: Any = ResponseSerializer.get_value
    # The shapes are kept, so that their ids stay theirs.
    known: dict[tuple[Any, ...], tuple[Any, list[str]]] = {}

    def names(serializer: Any, value: Any, key: str, shape: Any) -> list[str]:
        picker, parent = serializer._value_picker, getattr(shape, "parent", None)
        kind = (type(picker), type(value), key, id(shape), id(parent))
        if kind not in known:
            context = _Context(value, key, shape)
            known[kind] = (shape, parent), list(dict.fromkeys(picker.get_possible_keys(context)))
        return known[kind][1]

    def get_value_by_name(serializer: Any, value: Any, key: str, shape: Any) -> Any:
        picker = serializer._value_picker
        plain = type(picker) in (AttributePicker, XFormedAttributePicker) and not picker.response_transformers
        if not plain or type(value) is not dict:
            return get_value(serializer, value, key, shape)
        for name in names(serializer, value, key, shape):
            found = value.get(name, _MISSING)
            if found is not _MISSING:
                return found
        return None

    with patch(ResponseSerializer, "get_value", get_value_by_name):
        yield


class _Context:
    """What the classes that know other names are asked about."""

    def __init__(self, obj: Any, key: str, shape: Any) -> None:
        self.obj, self.key, self.shape = obj, key, shape


@contextmanager
def write_xml_directly() -> Iterator[None]:
    """Write the answers of S3 as text, without a document handler: 15 % of a listing."""

    def serialize_body(serializer: Any, body: Mapping[str, Any]) -> str:
        if serializer.pretty_print or len(body) != 1:
            return serialize(serializer, body)
        parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
        for name, value in body.items():
            _write_element(name, value, parts.append)
        return "".join(parts)

    serialize: Callable[..., str] = S3Serializer._serialize_body
    with patch(S3Serializer, "_serialize_body", serialize_body):
        yield


def _write_element(name: str, value: Any, write: Callable[[str], None]) -> None:
    """As xmltodict: a list is its element again and again, ``@`` marks an attribute and ``#text`` the text."""
    if isinstance(value, list | tuple):
        for one in value:
            _write_element(name, one, write)
        return
    members = value if isinstance(value, Mapping) else {"#text": value}
    attributes = "".join(f" {key[1:]}={quoteattr(_text(one))}" for key, one in members.items() if key[0] == "@")
    inside: list[str] = []
    for key, one in members.items():
        if key[0] not in "@#":
            _write_element(key, one, inside.append)
    inside.append(escape(_text(members.get("#text"))))
    content = "".join(inside)
    write(f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


SPEED_UPS = (
    draw_ids_at_once,
    read_hosts_once,
    find_services_once,
    build_requests_directly,
    find_names_once,
    write_xml_directly,
)
