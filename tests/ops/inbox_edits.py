"""Random edits of an inbox and of a site that was built from it, as people and programs make them."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

_WITHDRAWALS = (
    'kind: gone\nreason: clinic-request\nat: "2026-05-10T09:00:00+09:00"\n',
    'kind: legal\nreason: legal\nat: "2026-05-10T09:00:00+09:00"\nreference: X-1\n',
    'kind: hold\nreason: other\nat: "2026-05-20T09:00:00+09:00"\nuntil: "2026-06-03T09:00:00+09:00"\n',
    "kind: unheard-of\n",
)


class InboxEditor:
    """Edits ``inbox`` and the folder ``site``, each by chance. ``now`` is the moment of the next build."""

    def __init__(self, inbox: Path, site: Path, random: Random, now: datetime) -> None:
        self.inbox, self.site, self.random, self.now = inbox, site, random, now
        self._number = 0

    def edit(self) -> str:
        """Make one edit. Returns its name."""
        chosen = self.random.choice(EDITS)
        chosen(self)
        return chosen.__name__.strip("_")

    def number(self) -> int:
        """Another number each time."""
        self._number += 1
        return self._number

    def posts(self) -> list[Path]:
        return sorted(path for path in self.inbox.glob("posts/*/*") if path.is_dir())

    def files(self, pattern: str) -> list[Path]:
        return sorted(path for path in self.inbox.glob(pattern) if path.is_file())

    def choose(self, found: list[Path]) -> Path | None:
        return self.random.choice(found) if found else None

    def text(self) -> Path | None:
        return self.choose(self.files("posts/*/*/*.md"))


def _change_text(editor: InboxEditor) -> None:
    if text := editor.text():
        text.write_text(f"{text.read_text()}\nThis is sentence {editor.number()}.\n")


def _change_title(editor: InboxEditor) -> None:
    _replace_line(editor.text(), "title: ", f"title: Another title {editor.number()}")


def _change_text_and_keep_its_times(editor: InboxEditor) -> None:
    if text := editor.text():
        before, content = text.stat(), text.read_text()
        # The same size, too.
        text.write_text(content[:-2] + chr(ord("a") + editor.number() % 26) + "\n")
        os.utime(text, ns=(before.st_atime_ns, before.st_mtime_ns))


def _touch_text(editor: InboxEditor) -> None:
    if text := editor.text():
        text.touch()


def _break_text(editor: InboxEditor) -> None:
    if text := editor.text():
        text.write_text("No front matter.\n")


def _mend_text(editor: InboxEditor) -> None:
    texts = editor.files("posts/*/*/*.md")
    sound = editor.choose([text for text in texts if text.read_text().startswith("---")])
    broken = editor.choose([text for text in texts if not text.read_text().startswith("---")])
    if sound and broken:
        broken.write_text(sound.read_text())


def _delete_file(editor: InboxEditor) -> None:
    files = editor.files("posts/*/*/*")
    if len(files) > 6 and (file := editor.choose(files)):
        file.unlink()


def _copy_post(editor: InboxEditor) -> None:
    post = editor.choose(editor.posts())
    if post and len(editor.posts()) < 6:
        clinic = editor.choose([path for path in sorted(editor.inbox.glob("posts/*")) if path.is_dir()])
        assert clinic
        shutil.copytree(post, clinic / f"copied-{editor.number()}", symlinks=True)


def _rename_post(editor: InboxEditor) -> None:
    if post := editor.choose(editor.posts()):
        post.rename(post.parent / f"renamed-{editor.number()}")


def _rename_text(editor: InboxEditor) -> None:
    if text := editor.text():
        text.rename(text.parent / editor.random.choice(("en.md", "ko.md", "ja.md", "fr.md", "English.md")))


def _delete_post(editor: InboxEditor) -> None:
    if len(editor.posts()) > 2 and (post := editor.choose(editor.posts())):
        shutil.rmtree(post)


def _claim_address(editor: InboxEditor) -> None:
    text, post = editor.text(), editor.choose(editor.posts())
    if text and post:
        address = editor.random.choice([f"{post.parent.name}/{post.name}", f"{post.parent.name}/earlier"])
        _replace_line(text, "moved_from: ", f"moved_from: [{address}]", insert=True)


def _end_claim(editor: InboxEditor) -> None:
    for text in editor.files("posts/*/*/*.md"):
        if "moved_from: " in text.read_text():
            _replace_line(text, "moved_from: ", "")
            return


def _publish_later(editor: InboxEditor) -> None:
    moment = editor.now + timedelta(days=editor.random.choice((-1, 1, 2)))
    _replace_line(editor.text(), "publish_at: ", f'publish_at: "{moment.isoformat()}"', insert=True)


def _let_time_pass(editor: InboxEditor) -> None:
    editor.now += timedelta(days=editor.random.choice((-2, 1, 1, 4)))


def _withdraw(editor: InboxEditor) -> None:
    post, text = editor.choose(editor.posts()), editor.text()
    image = editor.choose(editor.files("posts/*/*/*.png") + editor.files("posts/*/*/*.jpg"))
    places = [post and post / "withdrawal.yaml", text and text.with_name(f"{text.name}.withdrawal.yaml")]
    places += [image and image.with_name(f"{image.name}.withdrawal.yaml")]
    if place := editor.random.choice(places):
        place.write_text(editor.random.choice(_WITHDRAWALS))


def _withdraw_clinic(editor: InboxEditor) -> None:
    if clinic := editor.choose([path for path in sorted(editor.inbox.glob("clinics/*")) if path.is_dir()]):
        (clinic / "withdrawal.yaml").write_text(editor.random.choice(_WITHDRAWALS))


def _reinstate(editor: InboxEditor) -> None:
    for file in editor.files("**/*withdrawal.yaml"):
        file.unlink()


def _rename_clinic(editor: InboxEditor) -> None:
    clinic = editor.choose(editor.files("clinics/*/clinic.yaml"))
    _replace_line(clinic, "  en: ", f"  en: Renamed Clinic {editor.number()}")


def _suspend_clinic(editor: InboxEditor) -> None:
    clinic = editor.choose(editor.files("clinics/*/clinic.yaml"))
    _replace_line(clinic, "status: ", f"status: {editor.random.choice(('active', 'suspended'))}", insert=True)


def _move_clinic_away_and_back(editor: InboxEditor) -> None:
    for clinic in editor.files("clinics/*/clinic.y*ml"):
        other = ".yml" if clinic.suffix == ".yaml" else ".yaml"
        clinic.rename(clinic.with_suffix(other))
        return


def _accept_moves(editor: InboxEditor) -> None:
    clinics = [clinic.name for clinic in editor.inbox.glob("clinics/*")]
    clinic = editor.choose(editor.files("clinics/*/clinic.yaml"))
    others = [name for name in clinics if clinic and name != clinic.parent.name]
    _replace_line(clinic, "accepts_moves_from: ", f"accepts_moves_from: [{', '.join(others)}]", insert=True)


def _rename_site(editor: InboxEditor) -> None:
    _replace_line(editor.inbox / "site.yaml", "  en: The", f"  en: The Shelf {editor.number()}")


def _style_site(editor: InboxEditor) -> None:
    style = editor.inbox / "site.css"
    if style.exists() and editor.random.random() < 0.3:
        style.unlink()
    else:
        style.write_text(f":root {{ --ink: #0000{editor.number() % 90 + 10} }}\n")


def _replace_image(editor: InboxEditor) -> None:
    images = editor.files("posts/*/*/*.png") + editor.files("posts/*/*/*.jpg")
    one, other = editor.choose(images), editor.choose(images)
    if one and other and one != other:
        shutil.copy(other, one)


def _rename_image(editor: InboxEditor) -> None:
    image = editor.choose(editor.files("posts/*/*/*.png") + editor.files("posts/*/*/*.jpg"))
    if image:
        image.rename(image.with_name(f"picture-{editor.number()}{image.suffix}"))


def _add_stray(editor: InboxEditor) -> None:
    post = editor.choose(editor.posts())
    names = ["posts/notes.txt", "clinics/README", "posts/dansolyeoul/list.csv", "posts/dansolyeoul/Bad Name/en.md"]
    names += [f"{post.relative_to(editor.inbox)}/{name}" for name in ("draft.docx", "deep/er.md")] if post else []
    file = editor.inbox / editor.random.choice(names)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(editor.number()))


def _add_odd_name(editor: InboxEditor) -> None:
    if post := editor.choose(editor.posts()):
        name = editor.random.choice((b"caf\xe9.png", "사진.png".encode(), b"en.md "))
        Path(os.fsdecode(os.fsencode(post) + b"/" + name)).write_bytes(b"x")


def _add_link(editor: InboxEditor) -> None:
    post, text = editor.choose(editor.posts()), editor.text()
    if post and text and not (post / "ja.md").exists():
        (post / "ja.md").unlink(missing_ok=True)
        (post / "ja.md").symlink_to(text)


def _change_file_of_the_site(editor: InboxEditor) -> None:
    if file := editor.choose(_site_files(editor)):
        file.write_bytes(b"changed by hand")


def _remove_file_of_the_site(editor: InboxEditor) -> None:
    if file := editor.choose(_site_files(editor)):
        file.unlink()


def _remove_folder_of_the_site(editor: InboxEditor) -> None:
    if file := editor.choose(_site_files(editor)):
        shutil.rmtree(file.parent) if file.parent != editor.site else file.unlink()


def _add_file_to_the_site(editor: InboxEditor) -> None:
    if file := editor.choose(_site_files(editor)):
        (file.parent / f"added-{editor.number()}.html").write_text("added by hand")


def _put_folder_in_place_of_a_file(editor: InboxEditor) -> None:
    if file := editor.choose(_site_files(editor)):
        file.unlink()
        file.mkdir()
        (file / "inside.html").write_text("by hand")


def _lose_outcomes(editor: InboxEditor) -> None:
    editor.site.with_name(f"{editor.site.name}.outcomes.json").write_text("[]\n")


def _site_files(editor: InboxEditor) -> list[Path]:
    return sorted(path for path in editor.site.rglob("*") if path.is_file())


def _damage_cache(editor: InboxEditor) -> None:
    for file in sorted(editor.site.with_name(f"{editor.site.name}.cache").glob("*")):
        content = file.read_bytes()
        place = editor.random.randrange(len(content))
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def _replace_line(file: Path | None, start: str, line: str, *, insert: bool = False) -> None:
    """Replace the first line of ``file`` that begins so; ``insert`` it after the first line if there is none."""
    if file is None or not file.exists():
        return
    lines = file.read_text().splitlines()
    for number, found in enumerate(lines):
        if found.startswith(start):
            lines[number : number + 1] = [line] if line else []
            break
    else:
        if insert and lines:
            lines.insert(1 if lines[0] == "---" else 0, line)
    file.write_text("\n".join(lines) + "\n")


EDITS: tuple[Callable[[InboxEditor], None], ...] = (
    _change_text,
    _change_text,
    _change_title,
    _change_title,
    _change_text_and_keep_its_times,
    _touch_text,
    _break_text,
    _mend_text,
    _delete_file,
    _copy_post,
    _rename_post,
    _rename_text,
    _delete_post,
    _claim_address,
    _claim_address,
    _end_claim,
    _publish_later,
    _let_time_pass,
    _let_time_pass,
    _withdraw,
    _withdraw,
    _withdraw_clinic,
    _reinstate,
    _rename_clinic,
    _suspend_clinic,
    _move_clinic_away_and_back,
    _accept_moves,
    _rename_site,
    _style_site,
    _replace_image,
    _rename_image,
    _add_stray,
    _add_odd_name,
    _add_link,
    _change_file_of_the_site,
    _remove_file_of_the_site,
    _remove_folder_of_the_site,
    _add_file_to_the_site,
    _put_folder_in_place_of_a_file,
    _lose_outcomes,
    _damage_cache,
)
