"""What holds for every command: help that teaches, a light start, one line and one code for what can't go on."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from colophon.decision.code_version import code_version
from colophon.problem import Misconfigured, Problem, Refused, Unavailable
from colophon_cli.app import COMMANDS as NAMES_AND_HELP
from colophon_cli.app import load_command
from colophon_cli.exit_codes import explain
from colophon_ops.errors import Misused, Unreachable
from colophon_ops.target import Target
from tests.cli.conftest import ROOT, Run

COMMANDS = ("new", "check", "build", "dev", "upload", "status", "copy-inbox", "schema")


def test_help_names_every_command(run: Run) -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    assert all(f" {command} " in answer.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_shows_how_it_is_used(run: Run, command: str) -> None:
    answer = run(command, "--help")
    assert answer.exit_code == 0
    assert f"colophon {command}" in answer.stdout.partition("Examples:")[2]


@pytest.mark.parametrize("command", NAMES_AND_HELP)
def test_the_list_of_commands_shows_the_first_line_of_their_own_help(command: str) -> None:
    assert load_command(command).help.splitlines()[0] == NAMES_AND_HELP[command]


def test_the_list_of_commands_is_printed_without_importing_one() -> None:
    heavy = {"botocore", "moto", "pydantic", "jinja2", "PIL", "rich"}
    modules = {f"colophon_cli.{command.replace('-', '_')}" for command in NAMES_AND_HELP}
    program = f"""
import atexit, sys, colophon_cli
atexit.register(lambda: print(sorted({heavy | modules} & set(sys.modules)), file=sys.stderr))
colophon_cli.main()
"""
    answer = subprocess.run(
        [sys.executable, "-c", program, "--help"],
        env={"PYTHONPATH": str(ROOT / "shared")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Commands:" in answer.stdout
    assert answer.stderr.strip() == "[]"


def test_only_the_command_that_runs_is_imported() -> None:
    program = """
import atexit, sys, colophon_cli
atexit.register(lambda: print([name for name in sys.modules if name.startswith("moto")], file=sys.stderr))
colophon_cli.main()
"""
    answer = subprocess.run(
        [sys.executable, "-c", program, "schema", "clinic"],
        env={"PYTHONPATH": str(ROOT / "shared")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stderr.strip() == "[]"


def test_a_command_that_does_not_exist_is_a_misuse(run: Run) -> None:
    assert run("publish").exit_code == 2


def _client_error(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject"
    )  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused((Problem("It is wrong.", "Mend it."),)), 1),
        (Misused("It is not there."), 2),
        (Misconfigured("A setting is missing."), 2),
        (NoCredentialsError(), 2),
        (ProfileNotFound(profile="nobody"), 2),
        (_client_error("AccessDenied", 403), 2),
        (PermissionError(13, "Permission denied", "/srv/x"), 2),
        (Unavailable("It does not answer."), 3),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), 3),
        (_client_error("SlowDown", 503), 3),
        (_client_error("ThrottlingException", 400), 3),
        (_client_error("InternalFailure", 500), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_the_exit_code_says_whose_move_it_is(error: Exception, code: int) -> None:
    known = explain(error)
    assert known is not None
    assert known[0] == code
    assert "\n" not in known[1]


@pytest.mark.parametrize(
    ("operation", "code", "told"),
    [
        ("ListObjectVersions", "AccessDenied", "These credentials have no right to s3:ListBucketVersions."),
        ("ListObjectsV2", "AccessDenied", "These credentials have no right to s3:ListBucket."),
        ("PutObject", "AccessDenied", "These credentials have no right to s3:PutObject."),
        ("HeadObject", "403", "These credentials have no right to s3:GetObject and s3:GetObjectVersion."),
        ("Scan", "AccessDeniedException", "These credentials have no right to dynamodb:Scan."),
        ("GetQueueUrl", "AccessDenied", "These credentials have no right to sqs:GetQueueUrl."),
        ("GetObject", "NoSuchBucket", "There is no bucket. Check its name"),
        ("Query", "ResourceNotFoundException", "A part of the stack is missing: "),
        ("GetQueueUrl", "AWS.SimpleQueueService.NonExistentQueue", "A part of the stack is missing: "),
        ("GetItem", "ExpiredTokenException", "Log in again"),
        ("GetItem", "UnrecognizedClientException", "Log in again"),
        ("PutObject", "RequestTimeTooSkewed", "Set this machine's clock"),
    ],
)
def test_what_a_right_or_a_part_lacks_is_named(operation: str, code: str, told: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, operation)  # type: ignore[typeddict-item]
    known = explain(error)
    assert known
    assert known[0] == 2
    assert told in known[1]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SSOTokenLoadError(error_msg="Token for default does not exist"), 2),
        (UnauthorizedSSOTokenError(), 2),
        (CredentialRetrievalError(provider="custom-process", error_msg="no"), 2),
        (ParamValidationError(report="Invalid bucket name"), 2),
        (ResponseParserError("Unable to parse response\n<html>"), 3),
        (ReadTimeoutError(endpoint_url="http://x"), 3),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), 3),
        (Unreachable("posts.example does not answer (NewConnectionError)."), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_on_the_way_to_aws_is_one_line(error: Exception, code: int) -> None:
    known = explain(error)
    assert known
    assert (known[0], "\n" in known[1]) == (code, False)


def test_an_unreachable_bucket_is_explained_by_its_cause() -> None:
    error = Unreachable("AWS says no")
    error.__cause__ = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")
    known = explain(error)
    assert known
    assert (known[0], "s3:GetObject" in known[1]) == (2, True)


def test_a_bucket_that_does_not_exist_is_named() -> None:
    answer = {"Error": {"Code": "NoSuchBucket", "Message": "no", "BucketName": "nowhere"}}
    known = explain(ClientError(answer, "GetBucketVersioning"))  # type: ignore[arg-type]
    assert known == (2, "There is no bucket nowhere. Check its name, the stack, AWS_PROFILE and AWS_REGION.")


def test_a_name_that_aws_would_never_take_is_no_fault_of_the_credentials() -> None:
    known = explain(ParamValidationError(report="Invalid bucket name"))
    assert known
    assert known[1].endswith("Correct the command's arguments.")


def test_ctrl_c_says_that_the_command_can_be_run_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("colophon_cli.status.status", interrupt)
    monkeypatch.setattr("colophon_cli.status.find_target", lambda _: Target("a stack", "", "", "", "", {}))
    answer = run("status")
    assert answer.exit_code == 130
    assert answer.stderr.splitlines()[-1] == "colophon: Interrupted. Run the same command again to finish it."


def test_a_bug_is_not_explained_away() -> None:
    assert explain(KeyError("n")) is None


def test_what_cannot_go_on_is_one_line_without_a_traceback(run: Run, tmp_path: Path) -> None:
    answer = run("check", tmp_path / "nothing")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith("colophon: There is no ")


def test_the_version_names_the_release_and_the_code(run: Run) -> None:
    answer = run("--version")
    assert answer.exit_code == 0
    assert answer.stdout == f"colophon {metadata.version('colophon')}, code {code_version()}\n"


def test_a_misspelt_command_is_told_with_the_one_that_is_meant(run: Run) -> None:
    assert "Did you mean 'build'?" in run("bild").stderr
