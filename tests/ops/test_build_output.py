"""Where a build is put: whole, or the earlier one stays; and what is never replaced."""

import errno
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colophon_ops.build.build import build
from colophon_ops.build.output import check_output
from colophon_ops.errors import Misused

NOW = datetime(2026, 6, 1, tzinfo=UTC)
# A page that the second build would change.
PAGE = "posts/mulmarugyeol/hives-in-the-evening/en.md"


def _tree(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def _names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


@pytest.fixture
def site(inbox: Path, tmp_path: Path) -> Path:
    """An earlier build, with an inbox that has changed since."""
    site = tmp_path / "out/site"
    build(inbox, site, now=NOW, jobs=1)
    (inbox / PAGE).write_text((inbox / PAGE).read_text().replace("mt 3.1", "mt 3.2"))
    return site


class _Stopped(BaseException):
    """As Ctrl-C is, it is no Exception."""


@pytest.mark.parametrize("error", [_Stopped, KeyboardInterrupt, OSError])
def test_a_build_that_stops_halfway_leaves_the_earlier_one(inbox: Path, site: Path, error: type[BaseException]) -> None:
    before, outcomes = _tree(site), (site.parent / "site.outcomes.json").read_bytes()

    def stop(done: int, total: int) -> None:
        raise error

    with pytest.raises(error):
        build(inbox, site, now=NOW, jobs=1, on_step=stop)
    assert _tree(site) == before
    assert (site.parent / "site.outcomes.json").read_bytes() == outcomes
    assert _names(site.parent) == {"site", "site.outcomes.json", "site.cache"}


def test_until_the_new_site_is_complete_readers_have_the_earlier_one(inbox: Path, site: Path) -> None:
    page = site / "en/mulmarugyeol/hives-in-the-evening/index.html"
    seen = []
    build(inbox, site, now=NOW, jobs=1, on_step=lambda *_: seen.append("mt 3.2" in page.read_text()))
    assert seen
    assert not any(seen)
    assert "mt 3.2" in page.read_text()


def _killed_before_the_renames(site: Path) -> None:
    (site.parent / ".site.new/en").mkdir(parents=True)
    (site.parent / ".site.new.outcomes.json").write_text("[")


def _killed_between_the_renames(site: Path) -> None:
    _killed_before_the_renames(site)
    site.rename(site.parent / ".site.earlier")


def _killed_after_the_renames(site: Path) -> None:
    shutil.copytree(site, site.parent / ".site.earlier")
    (site / ".git").rename(site.parent / ".site.earlier/.git2")
    (site.parent / "site.outcomes.json").rename(site.parent / ".site.new.outcomes.json")


def _killed_after_the_first_build_was_renamed(site: Path) -> None:
    (site.parent / "site.outcomes.json").rename(site.parent / ".site.new.outcomes.json")


@pytest.mark.parametrize(
    "leave",
    [
        _killed_before_the_renames,
        _killed_between_the_renames,
        _killed_after_the_renames,
        _killed_after_the_first_build_was_renamed,
    ],
)
def test_the_next_build_clears_up_after_one_that_was_killed(
    inbox: Path, site: Path, leave: Callable[[Path], None]
) -> None:
    (site / ".git").mkdir()
    (site / ".git/HEAD").write_text("mine")
    leave(site)
    check_output(site, inbox)
    build(inbox, site, now=NOW, jobs=1)
    assert "mt 3.2" in (site / "en/mulmarugyeol/hives-in-the-evening/index.html").read_text()
    assert (site / ".git/HEAD").read_text() == "mine"
    assert _names(site.parent) == {"site", "site.outcomes.json", "site.cache"}


def test_one_that_fails_after_the_renames_leaves_the_rest_to_the_next_build(
    inbox: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / ".git").mkdir()
    (site / ".git/HEAD").write_text("mine")

    def fail(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("colophon_ops.build.output.find_hidden", fail)
        with pytest.raises(OSError, match="No space"):
            build(inbox, site, now=NOW, jobs=1, cached=False)
    build(inbox, site, now=NOW, jobs=1)
    assert (site / ".git/HEAD").read_text() == "mine"
    assert _names(site.parent) == {"site", "site.outcomes.json", "site.cache"}


def test_without_valid_settings_one_that_was_killed_between_the_renames_is_put_back(inbox: Path, site: Path) -> None:
    before = _tree(site)
    _killed_between_the_renames(site)
    (inbox / "site.yaml").unlink()
    with pytest.raises(Exception, match=r"site\.yaml"):
        build(inbox, site, now=NOW, jobs=1)
    assert _tree(site) == before


def test_the_outcomes_inside_an_earlier_build_are_known_and_removed(inbox: Path, site: Path) -> None:
    (site.parent / "site.outcomes.json").rename(site / "outcomes.json")
    build(inbox, site, now=NOW, jobs=1)
    assert not (site / "outcomes.json").exists()
    assert json.loads((site.parent / "site.outcomes.json").read_text())


def test_hidden_files_stay_wherever_they_are(inbox: Path, site: Path) -> None:
    (site / "en/.htaccess").write_text("mine")
    (site / "gone").mkdir()
    (site / "gone/.keep").write_text("mine")
    (site / "gone").rename(site / "ja/gone")
    build(inbox, site, now=NOW, jobs=1)
    assert [(site / name).read_text() for name in ("en/.htaccess", "ja/gone/.keep")] == ["mine", "mine"]


def _refused(inbox: Path, out: Path) -> str:
    before = _tree(inbox.parent)
    with pytest.raises(Misused) as refused:
        build(inbox, out, now=NOW, jobs=1)
    with pytest.raises(Misused):
        check_output(out, inbox)
    assert _tree(inbox.parent) == before
    return str(refused.value)


@pytest.mark.parametrize("out", [".", "../here", "..", "../here/sub/.."])
def test_the_working_directory_is_not_renamed(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    here = tmp_path / "work/here"
    (here / "sub").mkdir(parents=True)
    monkeypatch.chdir(here)
    assert "is the working directory, or holds it" in _refused(inbox, Path(out))


@pytest.mark.parametrize("out", ["/proc", "/dev/shm", "/dev"])
def test_a_mount_point_is_not_renamed(inbox: Path, out: str) -> None:
    assert "is a mount point, so it can't be renamed" in _refused(inbox, Path(out))


def test_home_is_not_renamed(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "homes/kim").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "homes/kim"))
    for out in ("homes", "homes/kim"):
        assert "is your home folder, or holds it" in _refused(inbox, tmp_path / out)


def test_a_link_and_a_file_are_not_replaced(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "nothing").symlink_to("gone")
    (tmp_path / "file").write_text("mine")
    assert f"Give --out the folder that it leads to: {tmp_path / 'real'}" in _refused(inbox, tmp_path / "link")
    assert "is a link" in _refused(inbox, tmp_path / "nothing")
    assert "is a file" in _refused(inbox, tmp_path / "file")
    assert f"{tmp_path / 'file'} is a file, so nothing" in _refused(inbox, tmp_path / "file/site")


@pytest.mark.parametrize("name", ["chapter.txt", "CNAME", "thesis/chapter.txt", "index.php"])
def test_other_files_in_an_earlier_build_stop_the_next_one(inbox: Path, site: Path, name: str) -> None:
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text("mine")
    assert f"contains {name.partition('/')[0]}, which is no part of a site" in _refused(inbox, site)


def test_without_its_outcomes_a_folder_is_no_earlier_build(inbox: Path, site: Path) -> None:
    (site.parent / "site.outcomes.json").unlink()
    assert "no site.outcomes.json beside it shows that they are an earlier build" in _refused(inbox, site)


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '[{"key": "x"}]', "[" * 100_000, "\0"])
def test_a_file_that_is_no_list_of_outcomes_is_not_replaced(inbox: Path, site: Path, text: str) -> None:
    for out in (site, site.parent / "other"):
        out.with_name(f"{out.name}.outcomes.json").write_text(text)
        assert "is not a list of outcomes" in _refused(inbox, out)


def test_security_txt_comes_and_goes_and_the_deployers_own_files_beside_it_stay(inbox: Path, site: Path) -> None:
    settings = (inbox / "site.yaml").read_text()
    (site / ".well-known").mkdir()
    (site / ".well-known/other").write_text("mine")
    security = "security: {contact: mailto:safe@archive.example, expires: 2027-01-31T00:00:00Z}\n"
    (inbox / "site.yaml").write_text(settings + security)
    build(inbox, site, now=NOW, jobs=1)
    assert (site / ".well-known/other").read_text() == "mine"
    assert "Expires: 2027-01-31T00:00:00+00:00\n" in (site / ".well-known/security.txt").read_text()
    (inbox / "site.yaml").write_text(settings)
    build(inbox, site, now=NOW, jobs=1)
    assert _names(site / ".well-known") == {"other"}
    # One that no build wrote is the deployer's.
    (site / ".well-known/security.txt").write_text("Contact: mailto:me@archive.example\n")
    build(inbox, site, now=NOW, jobs=1)
    assert _names(site / ".well-known") == {"other", "security.txt"}
