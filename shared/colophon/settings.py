"""The settings of the Lambda functions. Only this module reads the environment."""

import os
from collections.abc import Mapping

from msgspec import Struct

from colophon.problem import Misconfigured

# Where the interpreter and libvips find shared libraries: Lambda sets the first, macOS has the others.
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


def decoder_environment() -> dict[str, str]:
    """The variables that the process which decodes images needs: where its libraries are, and nothing else.

    A hostile image that takes the process over finds no credentials in them.
    """
    return {name: os.environ[name] for name in _LIBRARY_PATHS if name in os.environ}


class Settings(Struct, frozen=True):
    """The environment variables that template.yaml sets.

    A function has only those that it needs, so a missing one raises Misconfigured when it is read, not before.
    """

    environment: Mapping[str, str]

    @property
    def stack(self) -> str:
        return self._require("STACK")

    @property
    def inbox_bucket(self) -> str:
        return self._require("INBOX_BUCKET")

    @property
    def site_bucket(self) -> str:
        return self._require("SITE_BUCKET")

    @property
    def table(self) -> str:
        return self._require("TABLE")

    @property
    def intake_queue_url(self) -> str:
        return self._require("INTAKE_QUEUE_URL")

    @property
    def image_queue_url(self) -> str:
        return self._require("IMAGE_QUEUE_URL")

    @property
    def purge_queue_url(self) -> str:
        return self._require("PURGE_QUEUE_URL")

    @property
    def distribution_id(self) -> str:
        return self._require("DISTRIBUTION_ID")

    @property
    def listing_queue_url(self) -> str:
        return self._require("LISTING_QUEUE_URL")

    @property
    def search_seconds(self) -> int:
        """The seconds whose changes the search of a language takes up together."""
        return int(self._require("SEARCH_SECONDS"))

    @property
    def report_site_url(self) -> str:
        """Where reports say that the site is; empty for its public address. ``colophon dev`` sets it."""
        return self.environment.get("REPORT_SITE_URL", "")

    def _require(self, name: str) -> str:
        value = self.environment.get(name)
        if not value:
            raise Misconfigured(
                f"the environment variable {name} is not set: template.yaml must set it for this function"
            )
        return value
