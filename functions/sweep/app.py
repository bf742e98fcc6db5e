"""Runs once a minute: enqueues what is due, and what a lost message left undone."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.settings import Settings
from colophon.verbs.sweep import SweepClients, sweep
from colophon.wiring.log import FunctionLog, log_failures, log_invocation, make_log
from colophon.wiring.upkeep import make_sweep_clients

if TYPE_CHECKING:
    # A cold start does not wait for this package: the function needs nothing else of it.
    from aws_lambda_powertools.utilities.typing import LambdaContext

resume_collector()


@cache
def clients() -> SweepClients:
    return make_sweep_clients(Settings(os.environ))


@cache
def log() -> FunctionLog:
    return make_log(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Run one sweep in the time that is left. If it fails, the next one does the same work."""
    with log_invocation(context), log_failures("sweep"):
        log().log_work("Swept.", sweep(clients(), context.get_remaining_time_in_millis() / 1000))
