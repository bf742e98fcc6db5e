"""JSON files for programs: one line, every letter as it is."""

import json
from collections.abc import Mapping
from typing import Any


def json_document(fields: Mapping[str, Any]) -> bytes:
    """``fields`` in their order, in UTF-8. A space follows each colon, so that ``"rev": 12`` reads as everywhere."""
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ": ")) + "\n").encode()
