"""Reads whole files of the lists as uploads: each is accepted, or refused with a reason."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from colophon.clinic.glossary import read_glossary
from colophon.clinic.record import read_clinic
from colophon.edition.read import read_edition
from colophon.images.recipe import read_outline
from colophon.problem import Refused
from colophon.site_settings import read_site
from colophon.stores.decoder import Decoder
from colophon.upload.strict import read_fields
from colophon.withdrawal import read_withdrawal
from tests.images.published import picture_in

# What reads a file with fields.
READERS: tuple[Callable[[bytes], object], ...] = (
    read_fields,
    read_clinic,
    read_glossary,
    read_site,
    read_withdrawal,
    lambda content: read_edition("en", content),
    lambda content: read_edition("en", b"---\n" + content + b"\n---\n\nText.\n"),
)


def read_files(documents: Iterable[str]) -> Counter[str]:
    """How many readings of ``documents`` ended in "read" and in "refused". Raises any other exception of a reader."""
    ends: Counter[str] = Counter()
    for document in documents:
        for read in READERS:
            ends[_try(read, document.encode(errors="surrogatepass"))] += 1
    return ends


def _try(read: Callable[[bytes], object], content: bytes) -> str:
    try:
        read(content)
    except Refused as refused:
        return _check_refusal(refused)
    return "read"


def _check_refusal(refused: Refused) -> str:
    assert refused.problems
    assert all(problem.what and problem.fix for problem in refused.problems), refused
    return "refused"


def read_images(images: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """For each image its name, and "clean" or "refused": what is published of it is pixels and nothing else."""
    with Decoder() as decoder:
        for name, content in images:
            try:
                copy = decoder.make_copy(content)
            except Refused as refused:
                yield name, _check_refusal(refused)
                continue
            assert read_outline(content) == copy.outline, name
            for file in copy.files:
                picture_in(file)
            yield name, "clean"
