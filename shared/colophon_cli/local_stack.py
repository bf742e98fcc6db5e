"""Colophon's template.yaml in emulated AWS."""

from colophon_emulator.stack import EmulatedStack


class LocalStack(EmulatedStack):
    """The stack that ``colophon dev`` runs, named as the template's deployments are, with its outputs by name."""

    STACK_NAME = "colophon"

    @property
    def inbox_bucket(self) -> str:
        return self.outputs["InboxBucket"]

    @property
    def site_bucket(self) -> str:
        return self.outputs["SiteBucket"]

    @property
    def table(self) -> str:
        return self.outputs["Table"]
