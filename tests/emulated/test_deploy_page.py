"""The ``colophon`` commands of ``infra/README.md``, each once and in the order of the page, against one stack."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_ops.target import find_target
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, SITE_URL, Clinic, edition, original, picture, withdrawal_file
from tests.infra_readme import page
from tests.infra_readme.test_commands import EMULATED, RUN_BY, options_of, words_of

# What each prints, where its exit code alone would say little.
PRINTED = {"upload": "7 live, 3 withdrawn", "trace": "publish", "verify": "compared: 0 differences"}


@pytest.fixture
def driver() -> Iterator[StackDriver]:
    with LocalStack(TEMPLATE) as stack, serve_site(stack, 0) as server:
        yield StackDriver(stack, server.url)


@pytest.fixture
def run(driver: StackDriver, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command as an administrator's credentials in the environment have it, with the stack at work."""
    for name, value in {"ACCESS_KEY_ID": "any", "SECRET_ACCESS_KEY": "any", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("COLUMNS", "300")
    # The address of the distribution leads nowhere here.
    use_target(replace(find_target("colophon"), site_url=driver.site_url), monkeypatch)

    def run(*words: str) -> str:
        driver.stack.dispatcher.start(skip_delays=True)
        try:
            answer = shell.run(*words)
        finally:
            driver.stack.dispatcher.stop()
        driver.settle()
        assert answer.exit_code == 0, (words, answer.stdout + answer.stderr)
        return answer.stdout + answer.stderr

    return run


def make_inbox(folder: Path, url: str) -> None:
    """The folder my-inbox of the page: its clinics, its post, and the one that was withdrawn."""
    files: dict[str, str | bytes] = {"site.yaml": SITE.replace(SITE_URL, url)}
    for clinic, name in (("my-clinic", "my-post"), ("willow", "rash")):
        post = Clinic(clinic).post(name)
        files[Clinic(clinic).key] = Clinic(clinic).record()
        files[post.key("en.md")] = edition(f"About {name}", body="![A throat](throat.png)")
        files[post.key("ko.md")] = original(f"{name} 이야기")
        files[post.key("throat.png")] = picture()
    files[Clinic("willow").post("rash").key("withdrawal.yaml")] = withdrawal_file()
    for key, content in files.items():
        path = folder / "my-inbox" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_the_commands_of_the_page_run_in_its_order(
    driver: StackDriver, run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_inbox(tmp_path, driver.site_url)
    monkeypatch.chdir(tmp_path)
    ran: dict[str, str] = {}
    for command in page.console_commands():
        words = words_of(command)
        use = " ".join([*words[1:2], *sorted(options_of(command))])
        if words[0] == "colophon" and RUN_BY[use] == EMULATED and use not in ran:
            ran[use] = run(*words[1:])
            assert PRINTED.get(use, "") in ran[use], command
    assert ran.keys() == {use for use, test in RUN_BY.items() if test == EMULATED}
