"""Colophon's template.yaml in emulated AWS."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from colophon_emulator.roles import ROOT_ARN
from colophon_emulator.stack import EmulatedStack

# On this machine everyone is the account's root user, who may also erase. The search follows each change
# at once: here it costs nothing.
_PARAMETERS = {"EraseRole": ROOT_ARN, "SearchSeconds": "0"}


class LocalStack(EmulatedStack):
    """The stack that ``colophon dev`` runs, named as the template's deployments are, with its outputs by name."""

    STACK_NAME = "colophon"

    def __init__(self, template: Path, *, parameters: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(template, parameters={**_PARAMETERS, **(parameters or {})}, **options)

    @property
    def inbox_bucket(self) -> str:
        return self.outputs["InboxBucket"]

    @property
    def site_bucket(self) -> str:
        return self.outputs["SiteBucket"]

    @property
    def table(self) -> str:
        return self.outputs["Table"]
