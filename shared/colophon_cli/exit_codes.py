"""The one place where an exception becomes a message and an exit code."""

import errno
import socket
from collections.abc import Mapping

from colophon.problem import Misconfigured, Refused, Unavailable
from colophon_emulator.errors import EmulationError, NotIdle
from colophon_ops.aws_errors import explain_aws_error
from colophon_ops.errors import Misused

DONE, REFUSED, MISUSED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130

_TRY_AGAIN = "Try again."
# What to do about errors of the system, by their number.
_FIXES: Mapping[int, str] = {
    errno.ENOSPC: "Free some space, and run the command again.",
    errno.EDQUOT: "Free some space within your quota, and run the command again.",
    errno.EFBIG: "Raise the limit on file sizes (ulimit -f), and run the command again.",
    errno.EROFS: "Choose a folder on a disk that can be written to.",
    errno.EACCES: "Change its permissions, or choose another place.",
    errno.EPERM: "Change its permissions, or choose another place.",
    errno.ENAMETOOLONG: "Use shorter names of files and folders.",
    errno.EMFILE: "Raise the limit on open files (ulimit -n), and run the command again.",
    errno.ENFILE: "Close other programs, and run the command again.",
    errno.ENOMEM: "Close other programs, or use --jobs 1.",
    errno.EAGAIN: "Raise the limit on processes (ulimit -u), or use --jobs 1.",
    errno.EIO: "The disk may be failing: check it, and use another one.",
    errno.ENOENT: "Check the path, and run the command again.",
    errno.ENOTDIR: "One part of its path is a file: choose another path.",
    errno.EISDIR: "It is a folder: name a file, or choose another path.",
    errno.EEXIST: "Choose another path.",
    errno.ENOTEMPTY: "Remove it, and run the command again.",
    errno.ELOOP: "Its path is a circle of links: name the real path.",
    errno.EBUSY: "Another program uses it: choose another path.",
    errno.EXDEV: "Choose a path on one disk.",
    errno.EADDRINUSE: "Choose another port.",
    errno.EADDRNOTAVAIL: "Choose another port.",
    errno.EINVAL: "Choose another path.",
}
_OUT_OF_MEMORY = "There is not enough memory. Close other programs, or use --jobs 1."
_LONGEST_PATH = 500
_NETWORK = (ConnectionError, TimeoutError, socket.gaierror)


def explain(error: BaseException) -> tuple[int, str] | None:
    """The exit code and the message for ``error``, on one line; None for an unexpected one, which is a bug."""
    known = _explain(error)
    return (known[0], " ".join(known[1].split())) if known else None


def _explain(error: BaseException) -> tuple[int, str] | None:
    match error:
        case Refused(problems=problems):
            return REFUSED, " ".join(f"{problem.what} {problem.fix}" for problem in problems)
        case Misused() | Misconfigured() | EmulationError():
            return MISUSED, str(error)
        case Unavailable() | NotIdle():
            return UNAVAILABLE, str(error)
        case MemoryError():
            return UNAVAILABLE, _OUT_OF_MEMORY
        case ImportError(name=str(name)) if not name.startswith("colophon"):
            return MISUSED, f"The Python package “{name}” is not installed; this command needs it."
    if aws := explain_aws_error(error):
        return (UNAVAILABLE if aws.is_transient else MISUSED), aws.message
    return _explain_system_error(error) if isinstance(error, OSError) else None


def _explain_system_error(error: OSError) -> tuple[int, str]:
    what = error.strerror or str(error) or type(error).__name__
    where = f"{_shorten(str(error.filename))}: " if error.filename is not None else ""
    is_network = isinstance(error, _NETWORK)
    fix = _TRY_AGAIN if is_network else _FIXES.get(error.errno or 0, _TRY_AGAIN)
    return (UNAVAILABLE if is_network else MISUSED), f"{where}{what.rstrip('.')}. {fix}"


def _shorten(path: str) -> str:
    return path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}..."
