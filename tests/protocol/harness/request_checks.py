"""Second opinions on each request of a schedule: the model of its service, and the list of what is priced.

botocore's service models are AWS's own. To validate every request would take a fifth of a run, so it is each request
of a new form, and every fiftieth of a known one; all of them with COLOPHON_EVERY_REQUEST=1.
"""

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from botocore.validate import ParamValidator

from tests.bench.call_prices import PRICED, PRICED_BY_MESSAGE, PRICED_BY_PATH

_EVERY = 1 if os.environ.get("COLOPHON_EVERY_REQUEST") else 50
_validator = ParamValidator()
# By form: the operation and the names of its parameters, two levels deep.
_validated: Counter[tuple[str, ...]] = Counter()


class BadRequest(BaseException):
    """A request that AWS would refuse before it reads it, or that has no price. No handler catches it."""


def validate_parameters(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    """Raise BadRequest if ``params`` do not fit ``model``, an operation of botocore's service model."""
    form = (model.name, *params, *(name for value in params.values() if isinstance(value, dict) for name in value))
    _validated[form] += 1
    if _validated[form] % _EVERY and _validated[form] > 1:
        return
    report = _validator.validate(params, model.input_shape)
    if report.has_errors():
        raise BadRequest(f"{model.name}: {report.generate_report()}")


def check_is_priced(operation: str) -> None:
    """Raise BadRequest if a function makes a call that the bill does not know."""
    if operation not in PRICED | PRICED_BY_MESSAGE | PRICED_BY_PATH:
        raise BadRequest(f"{operation} has no price: add it to tests/bench/call_prices.py, and to the bill.")
