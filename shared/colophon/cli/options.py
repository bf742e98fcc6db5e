"""Options that several commands have, in the same words."""

from typing import Annotated, TypeAlias

import typer

StackName: TypeAlias = Annotated[
    str, typer.Option("--stack", help="The stack's name. Default: colophon dev here, else colophon.")
]
ProofWait: TypeAlias = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds without news until what is left counts as not proven.")
]
ProofAsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="The proof as JSON, place by place.")]
LaneWait: TypeAlias = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds that the slow lane may stand still.")
]
