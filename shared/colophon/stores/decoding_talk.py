"""How the decoder and its process talk: a length and that many bytes, in both directions."""

LENGTH_BYTES = 8
# What the process says first, once it can take images.
READY = b"\n"
STARTING_SECONDS = 30.0
