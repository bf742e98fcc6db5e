"""``colophon adopt-inbox``: make an existing bucket the inbox of a new stack."""

from typing import Annotated

import typer

from colophon_cli.confirm import ask
from colophon_cli.terminal import err, out, print_line, visible
from colophon_ops.adopt_inbox import (
    adopt,
    check_adoptable,
    check_stack_is_free,
    describe_changes,
    describe_keys,
    open_clients,
    read_bucket,
)
from colophon_ops.target import DEFAULT_STACK


def adopt_inbox_command(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="The bucket, in this account and region.")],
    stack: Annotated[str, typer.Option("--stack", help="The new stack's name.")] = DEFAULT_STACK,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be changed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Make an existing bucket the inbox of a new stack.

    For the inbox that a deleted stack has left, with all its versions. Prints what will be changed in the bucket, asks,
    switches versioning on, and imports the bucket into a new stack, which CloudFormation makes of it alone. Deploy that
    stack next, as the last line says. A bucket that notifies anything else is refused: whatever reads it would hear
    nothing any more.

    \b
    Examples:
      colophon adopt-inbox colophon-inbox-0a1b2c3d-... --dry-run
      colophon adopt-inbox colophon-inbox-0a1b2c3d-... --stack colophon
    """
    clients = open_clients()
    found = read_bucket(bucket, clients)
    check_adoptable(found)
    check_stack_is_free(stack, bucket, clients)
    for line in (*describe_keys(found), *describe_changes(found)):
        print_line(out(), visible(line))
    if dry_run:
        return
    if not yes:
        ask(f"{bucket} becomes the inbox of the new stack {stack}.")
    adopt(found, stack, clients)
    print_line(err(), f"Imported. The stack {stack} has the bucket, and nothing else yet.")
    if found.versioning != "Enabled":
        print_line(err(), "Versioning is new in this bucket: S3 asks for 15 minutes before the next upload.")
    print_line(out(), "Deploy it now, with the same parameters as ever and this one:")
    print_line(out(), f"  sam build && sam deploy --stack-name {stack} --parameter-overrides InboxBucketName={bucket}")
