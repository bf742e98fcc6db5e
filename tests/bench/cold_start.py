"""``publish`` at its coldest: a new sandbox and a first post, beside a handler that does nothing, round by round."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from msgspec import Struct

from colophon.page.paths import page_key
from colophon.upload.keys import PageRef, PostRef
from colophon_cli.local_stack import LocalStack
from colophon_emulator.lambda_runtime import build_environment
from layer.install import install
from layer.package import copy_package
from tests.bench.build_times import CORPUS
from tests.bench.corpus import SITE, clinic_file, edition
from tests.bench.post import make_clinic, make_post
from tests.built.sandbox import MACHINE, ROOT, Sandbox

_BARE = "def handler(event, context):\n    return {'batchItemFailures': []}\n"
_KINDS = ("bare", "publish", "source_only")


class ColdStart(Struct, frozen=True):
    """Milliseconds until the handler could be called, and from then until its first answer was there."""

    init: float
    first: float

    @property
    def whole(self) -> float:
        return self.init + self.first


def measure_cold_starts(rounds: int) -> dict[str, float]:
    """Milliseconds of each kind of function, and what they are of the bare one's in the same round (medians).

    ``source_only`` is the same function with all of its requirements as pip leaves them, and no byte-code.
    """
    layers = {"publish": _build_layer(), "source_only": _build_source_only_layer()}
    starts: dict[str, list[ColdStart]] = {kind: [] for kind in _KINDS}
    with tempfile.TemporaryDirectory() as place, LocalStack(ROOT / "template.yaml", serve_s3=True) as stack:
        codes = _function_folders(Path(place))
        desk = _Uploader(stack)
        for turn in range(rounds):
            for kind in _KINDS:
                event, check = desk.upload(f"{kind.replace('_', '-')}-{turn}")
                start = _start_cold(codes[kind], layers.get(kind), desk.variables, event)
                if kind != "bare":
                    check()
                starts[kind].append(start)
                print(f"round {turn + 1}: {kind} {start.init:.0f} + {start.first:.0f} ms", file=sys.stderr)
    figures: dict[str, float] = {}
    for kind in _KINDS:
        figures |= {
            f"cold.{kind}.init_ms": median(start.init for start in starts[kind]),
            f"cold.{kind}.first_ms": median(start.first for start in starts[kind]),
            f"cold.{kind}.init_ratio": _ratio(starts[kind], starts["bare"], lambda start: start.init),
            f"cold.{kind}.ratio": _ratio(starts[kind], starts["bare"], lambda start: start.whole),
        }
    return figures


def _start_cold(code: Path, layer: Path | None, variables: Mapping[str, str], event: Mapping[str, Any]) -> ColdStart:
    with Sandbox(code, [layer] if layer else [], variables) as sandbox:
        call = sandbox.invoke(event)
        assert call.answer == {"batchItemFailures": []}, call.answer
        init = sandbox.init_milliseconds
    return ColdStart(init, call.milliseconds - init)


def _ratio(ours: list[ColdStart], bare: list[ColdStart], of: Callable[[ColdStart], float]) -> float:
    return median(of(our) / of(theirs) for our, theirs in zip(ours, bare, strict=True))


class _Uploader:
    """A stack with a site and a clinic; uploads go to it, and no other function gets their messages."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._s3, self._sqs = stack, stack.client("s3"), stack.client("sqs")
        self._clinic = make_clinic(0)
        self._put("site.yaml", SITE)
        self._put(f"clinics/{self._clinic.key}/clinic.yaml", clinic_file(self._clinic))
        stack.dispatcher.run_until_idle()
        function = next(each for each in stack.deployment.of_type("AWS::Lambda::Function") if _is_publish(each))
        self.variables = {**build_environment(function), "AWS_ENDPOINT_URL": stack.endpoint}

    def upload(self, name: str) -> tuple[Mapping[str, Any], Callable[[], None]]:
        """Lambda's event for a new post ``name``, and what raises AssertionError unless its page stands."""
        page = PageRef(PostRef(self._clinic.key, name), "en")
        self._put(page.key, edition(make_post(0)))
        queue = self._stack.outputs["IntakeQueueUrl"]
        (message,) = self._sqs.receive_message(QueueUrl=queue)["Messages"]
        self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}

        def check() -> None:
            found = self._s3.list_objects_v2(Bucket=self._stack.site_bucket, Prefix=page_key(page))
            assert found["KeyCount"] == 1, f"{page} has no page"

        return {"Records": [record]}, check

    def _put(self, key: str, content: str) -> None:
        self._s3.put_object(Bucket=self._stack.inbox_bucket, Key=key, Body=content.encode())


def _is_publish(function: Any) -> bool:
    return Path(function.local_path).name == "publish"


def _function_folders(place: Path) -> dict[str, Path]:
    """The folders with ``app.py`` of each kind."""
    bare, publish = place / "bare", place / "publish"
    for folder in (bare, publish):
        folder.mkdir()
    (bare / "app.py").write_text(_BARE)
    shutil.copy(ROOT / "functions/publish/app.py", publish)
    return {"bare": bare, "publish": publish, "source_only": publish}


def _build_layer() -> Path:
    """The layer as `sam build` makes it, but for this machine."""
    out = CORPUS / "layer"
    subprocess.run(
        [sys.executable, "-s", "-B", "-m", "layer", str(out.resolve()), "--machine", MACHINE],
        cwd=ROOT / "shared",
        check=True,
    )
    return out / "python"


def _build_source_only_layer() -> Path:
    out = CORPUS / "layer-source-only"
    shutil.rmtree(out, ignore_errors=True)
    install(ROOT / "shared/requirements.txt", out, MACHINE)
    copy_package(ROOT / "shared/colophon", out)
    return out
