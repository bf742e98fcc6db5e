"""Every command of ``infra/README.md`` is one that exists, with options that exist; ``colophon`` commands are also run.

``RUN_BY`` names, for each use of ``colophon`` on the page, the test that runs it.
"""

import json
import re
import shlex
import subprocess
from functools import cache
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, ServiceModel
from botocore.session import Session
from botocore.validate import ParamValidator

from colophon_cli.app import COMMANDS, load_command
from colophon_emulator.template import read_template
from tests.infra_readme import page

ROOT = page.ROOT
EMULATED = "tests/emulated/test_deploy_page.py::test_the_commands_of_the_page_run_in_its_order"
PEOPLE = "tests/emulated/test_people.py"
# Each use, as the command and its options, and the test that runs it.
RUN_BY = {
    "adopt-inbox --dry-run --stack": "tests/emulated/test_adopt_inbox.py::"
    "test_a_new_stack_shows_what_the_kept_inbox_holds_and_takes_uploads_to_it",
    "adopt-inbox --stack": "tests/emulated/test_adopt_inbox.py::test_without_a_yes_nothing_is_changed",
    "build --out": "tests/cli/test_build.py::test_what_was_refused_stops_nothing_unless_strict",
    "check": "tests/cli/test_check.py::test_a_sound_inbox_is_judged_upload_by_upload",
    "copy-inbox": "tests/emulated/test_copy_inbox.py::"
    "test_a_copied_inbox_makes_the_same_site_and_shows_nothing_meanwhile",
    "erase": "tests/emulated/test_erase.py::test_an_erased_post_leaves_its_tombstones_and_nothing_to_read",
    "pin --renew": "tests/cli/test_pin.py::test_a_pin_that_names_another_text_stays_until_a_person_says_otherwise",
    "redrive": EMULATED,
    "redrive --dry-run": EMULATED,
    "reinstate": f"{PEOPLE}::test_an_editor_uploads_everything_withdraws_and_reinstates",
    "republish --all": "tests/emulated/test_republish.py::test_the_command_counts_asks_and_does_it",
    "republish --all --yes": EMULATED,
    "republish --dry-run --stale": EMULATED,
    "republish --stale --yes": EMULATED,
    "status": EMULATED,
    "status --stack": f"{PEOPLE}::test_an_uploader_uploads_and_reads_what_became_of_it",
    "trace": EMULATED,
    "upload": EMULATED,
    "verify": EMULATED,
    "verify --repair": f"{PEOPLE}::test_an_operator_verifies_repairs_republishes_and_redrives",
    "verify --stack": f"{PEOPLE}::test_an_operator_verifies_repairs_republishes_and_redrives",
    "withdraw --json --kind --reason": EMULATED,
    "withdraw --kind --reason": f"{PEOPLE}::test_an_editor_uploads_everything_withdraws_and_reinstates",
}
# Options that every command of the AWS command line takes.
AWS_OPTIONS = {"--region", "--output", "--query"}
# Options that the AWS command line calls otherwise than the service (awscli.customizations.argrename).
RENAMED_OPTIONS = {("sns", "subscribe"): {"--notification-endpoint": "--endpoint"}}
# Commands that are not an operation of a service: where the AWS command line declares their options.
AWS_OWN = {
    ("cloudformation", "deploy"): "awscli.customizations.cloudformation.deploy:DeployCommand",
    ("s3", "rm"): "awscli.customizations.s3.subcommands:RmCommand",
}
SERVICES = {"s3api": "s3"}
PLAIN = {"export", "git"}


def words_of(command: str) -> list[str]:
    return shlex.split(re.sub(r"\$\([^)]*\)", "VALUE", command), comments=True)


def options_of(command: str) -> set[str]:
    return {word for word in words_of(command) if word.startswith("--")}


def uses_of_colophon() -> list[str]:
    """Each use with arguments; a command that the prose only names is not one."""
    return [use for use in page.commands("colophon") if len(words_of(use)) > 2 or use in page.console_commands()]


@pytest.mark.parametrize("use", page.commands("colophon"))
def test_colophon_takes_it(use: str) -> None:
    name, *arguments = words_of(use)[1:]
    if name == "--version":
        return
    assert name in COMMANDS
    if arguments:
        load_command(name).make_context(name, arguments)


def test_each_use_of_colophon_is_run_by_a_test() -> None:
    uses = {" ".join([words_of(use)[1], *sorted(options_of(use))]) for use in uses_of_colophon()}
    assert uses <= RUN_BY.keys()
    assert RUN_BY.keys() <= uses, "RUN_BY names what the page does not"


@pytest.mark.parametrize(("use", "test"), RUN_BY.items())
def test_the_test_that_runs_it_is_there_and_names_it(use: str, test: str) -> None:
    path, _, name = test.partition("::")
    source = (ROOT / path).read_text()
    assert f"\ndef {name}(" in source
    if test != EMULATED:
        command, *options = use.split()
        assert all(f'"{word}"' in source or f"{word} " in source for word in (command, *options)), use


@cache
def service_model(service: str) -> ServiceModel:
    return Session().get_service_model(SERVICES.get(service, service))


def operation(service: str, name: str) -> OperationModel:
    model = service_model(service)
    found = next(each for each in model.operation_names if _dashed(each) == name)
    return model.operation_model(found)


def _dashed(name: str) -> str:
    """A name as the AWS command line writes it."""
    return str(xform_name(name, "-"))


@cache
def declared(where: str) -> set[str]:
    """The options that the installed AWS command line declares at ``where``."""
    module, _, name = where.partition(":")
    code = f"import json; from {module} import {name} as it; print(json.dumps([a['name'] for a in it.ARG_TABLE]))"
    done = subprocess.run([ROOT / ".venv-tools/bin/python", "-c", code], capture_output=True, text=True, check=True)
    return {f"--{name}" for name in json.loads(done.stdout)}


def unknown_options(command: str) -> set[str]:
    """The options of a command line of AWS that do not exist, and those that it lacks."""
    service, name, *rest = words_of(command)[1:]
    renamed = RENAMED_OPTIONS.get((service, name), {})
    given = {renamed.get(option, option) for option in options_of(command) - AWS_OPTIONS}
    if (service, name) in AWS_OWN:
        return given - declared(AWS_OWN[service, name])
    if name == "wait":
        waiter = Session().create_client(service, region_name="us-east-1").waiter_names
        assert rest[0].replace("-", "_") in waiter
        return set()
    shape = operation(service, name).input_shape
    assert shape is not None or not given
    members = {f"--{_dashed(each)}": each for each in (shape.members if shape else {})}
    required = {f"--{_dashed(each)}" for each in (shape.required_members if shape else ())}
    return (given - members.keys()) | (required - given)


@pytest.mark.parametrize("command", page.commands("aws"))
def test_the_aws_command_line_takes_it(command: str) -> None:
    assert unknown_options(command) == set()


@pytest.mark.parametrize(
    "command", ["aws lambda get-account-settings --verbose", "aws s3api delete-object --bucket B", "aws s3 rm --all"]
)
def test_an_option_too_many_or_too_few_is_found(command: str) -> None:
    assert unknown_options(command) != set()


@cache
def sam_options() -> dict[str, set[str]]:
    """The options of the commands of the installed SAM command line."""
    code = """import json, importlib
def options(name):
    params = importlib.import_module(f"samcli.commands.{name}").cli.params
    return [option for each in params for option in [*each.opts, *each.secondary_opts]]
print(json.dumps({name: options(name) for name in ("build", "deploy", "delete")}))"""
    done = subprocess.run([ROOT / ".venv-tools/bin/python", "-c", code], capture_output=True, text=True, check=True)
    return {name: set(options) for name, options in json.loads(done.stdout.splitlines()[-1]).items()}


def _sam_commands() -> list[str]:
    steps = [line.strip().removeprefix("- run: .venv-tools/bin/") for line in page.blocks("yaml")[0].splitlines()]
    return [each for each in [*page.commands("sam"), *steps] if each.startswith("sam ") and len(each.split()) > 1]


@pytest.mark.parametrize("command", _sam_commands())
def test_the_sam_command_line_takes_it(command: str) -> None:
    assert options_of(command) <= sam_options()[words_of(command)[1]]


def test_parameters_that_commands_give_exist() -> None:
    site, edge = (set(read_template(ROOT / name)["Parameters"]) for name in ("template.yaml", "infra/edge-alarms.yaml"))
    given = [each for each in (*page.commands("sam"), *page.commands("aws")) if "--parameter-overrides" in each]
    assert given
    for command in given:
        names = {word.partition("=")[0] for word in command.split("--parameter-overrides", 1)[1].split() if "=" in word}
        assert names
        assert names <= (edge if "edge-alarms" in command else site), command


def test_what_make_makes_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {words_of(command)[1] for command in page.commands("make") if len(command.split()) > 1}
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_no_other_program_is_called() -> None:
    called = {each.split()[0] for each in page.console_commands() if not each[0].isdigit()}
    assert called <= {*page.PROGRAMS, *PLAIN}


def test_the_rules_of_replication_are_such_as_s3_takes() -> None:
    (rules,) = (block for block in page.blocks("json") if '"Rules"' in block)
    shape: Any = operation("s3api", "put-bucket-replication").input_shape
    report = ParamValidator().validate({"Bucket": "inbox", "ReplicationConfiguration": json.loads(rules)}, shape)
    assert not report.has_errors(), ParamValidationError(report=report.generate_report())
