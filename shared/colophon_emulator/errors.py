"""The two exceptions of the emulator that its caller can act on."""


class EmulationError(Exception):
    """The template, or what was asked of the stack, is wrong or can't be emulated. The message names the resource."""


class NotIdle(Exception):
    """Messages or stream records were still waiting when the time to process them was up."""
