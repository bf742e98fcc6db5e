"""A post as a program uploads it: from a folder, or from texts and images in memory."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import (
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    UnknownKey,
    parse_key,
    slug_problem,
)
from colophon.upload.versions import Version
from colophon_ops.errors import Misused

_PostFile: TypeAlias = PageRef | ImageRef | PageWithdrawal | ImageWithdrawal | PostWithdrawal
_KINDS = (PageRef, ImageRef, PageWithdrawal, ImageWithdrawal, PostWithdrawal)

# The field that only a translation has, in YAML or in JSON.
_TRANSLATION = re.compile(rb'^\s*"?translation"?\s*:', re.MULTILINE)


class Post(Struct, frozen=True):
    """A post called ``name`` (``my-clinic/my-post``).

    ``texts`` are its editions by language (``{"ko": ..., "en": ...}``), with their front matter, as ``en.md`` has it.
    ``images`` are the files that they show, by name. ``withdrawals`` are withdrawal files by name, such as
    ``en.md.withdrawal.yaml``.
    """

    name: str
    texts: Mapping[str, str | bytes] = field(default_factory=dict)
    images: Mapping[str, bytes] = field(default_factory=dict)
    withdrawals: Mapping[str, str | bytes] = field(default_factory=dict)

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str], name: str = "") -> "Post":
        """The post in ``folder``, which is called ``.../<clinic>/<post>`` unless ``name`` says otherwise.

        Hidden files are left out. Raises Misused for a file that belongs to no post, or that can't be read.
        """
        path = Path(folder).absolute()
        if not path.is_dir():
            raise Misused(f"There is no folder {folder}.")
        ref = _parse_name(name or f"{path.parent.name}/{path.name}")
        texts: dict[str, str | bytes] = {}
        images: dict[str, bytes] = {}
        withdrawals: dict[str, str | bytes] = {}
        for parsed, content in _read_files(path, ref):
            if isinstance(parsed, PageRef):
                texts[parsed.lang] = content
            elif isinstance(parsed, ImageRef):
                images[parsed.name] = content
            else:
                withdrawals[parsed.key.removeprefix(ref.folder)] = content
        return cls(str(ref), texts, images, withdrawals)

    @property
    def folder(self) -> str:
        """Its folder in the inbox, ``posts/<clinic>/<post>/``. Raises Misused if no post can have its name."""
        return _parse_name(self.name).folder

    def steps(self) -> Iterator[dict[str, bytes]]:
        """Its files by key, in groups to upload one after the other: withdrawals, images, the original, translations.

        So nothing that is withdrawn is shown meanwhile, no text waits for an image, and no translation is reported to
        lack its original. Keys are in NFC. Raises Misused
        for a name that Colophon does not publish.
        """
        ref = _parse_name(self.name)
        texts = {f"{lang}.md": text for lang, text in self.texts.items()}
        translations = {name: text for name, text in texts.items() if _TRANSLATION.search(_encode(text))}
        originals = {name: text for name, text in texts.items() if name not in translations}
        groups: tuple[tuple[Mapping[str, str | bytes], tuple[type, ...]], ...] = (
            (self.withdrawals, (PageWithdrawal, ImageWithdrawal, PostWithdrawal)),
            (self.images, (ImageRef,)),
            (originals, (PageRef,)),
            (translations, (PageRef,)),
        )
        checked = [{_check_file(ref, name, kinds).key: _encode(each[name]) for name in each} for each, kinds in groups]
        if not any(checked):
            raise Misused(f"The post {self.name} has no files. Give it at least one text: Post(name, texts={{...}}).")
        yield from (group for group in checked if group)


def _parse_name(name: str) -> PostRef:
    clinic, slash, post = name.partition("/")
    problem = slug_problem("clinic", clinic) or slug_problem("post", post)
    if not slash or problem:
        why = f" {problem.what} {problem.fix}" if problem else ""
        raise Misused(f"“{name}” is not the name of a post. Write my-clinic/my-post.{why}")
    return PostRef(clinic, post)


def _check_file(post: PostRef, name: str, kinds: tuple[type, ...] = _KINDS) -> _PostFile:
    """What the file ``name`` of ``post`` is, one of ``kinds``. Raises Misused for any other."""
    parsed = parse_key(post.folder + name)
    if isinstance(parsed, kinds) and isinstance(parsed, _KINDS):
        return parsed
    if isinstance(parsed, UnknownKey):
        raise Misused(f"{post.folder}{name}: {parsed.problem.what} {parsed.problem.fix}")
    raise Misused(f"“{name}” is another kind of file. Pass it as one of texts, images or withdrawals, by what it is.")


def _read_files(folder: Path, post: PostRef) -> Iterator[tuple[_PostFile, bytes]]:
    files = InboxFolder(folder)
    for name in files.keys_and_links():
        parsed = _check_file(post, name)
        try:
            yield parsed, files.read_content(Version(name, name))
        except Refused as refused:
            problem = refused.problems[0]
            raise Misused(f"{folder / name}: {problem.what} {problem.fix}") from None


def _encode(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
