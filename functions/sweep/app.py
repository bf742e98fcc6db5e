"""Once a minute: rings for what is due, and for what nobody has answered for."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.settings import Settings
from colophon.verbs.sweep import SweepClients, sweep
from colophon.wiring.upkeep import make_sweep_clients

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def clients() -> SweepClients:
    return make_sweep_clients(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """One minute's sweep. What fails is made good by the next one."""
    sweep(clients())
