"""A method: a plain function, how its parameters are read, where it runs, and who may call it.

The function takes the Context and its parameters in order and returns JSON, or a coroutine of it in the ASYNC lane.
It raises RpcError, or a domain error that `service` knows the words for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from node.rpc.parameters import Parameter


class Lane(Enum):
    INLINE = auto()
    """On the server's loop: microseconds, a few database reads at most."""
    READER = auto()
    """In a pool of threads for what reads and shows a block or a few: milliseconds."""
    WORKER = auto()
    """In a pool of threads for what runs contracts or searches many blocks: it may be full for long, and then only
    others of its kind wait."""
    ASYNC = auto()
    """A coroutine on the server's loop: waits for the validator."""


class Scope(Enum):
    PUBLIC = auto()
    DEBUG = auto()
    ADMIN = auto()
    DEVELOPMENT = auto()
    """Granted by a development genesis and by nothing else."""


@dataclass(frozen=True, slots=True)
class Method:
    run: Callable[..., object]
    parameters: tuple[Parameter, ...] = ()
    lane: Lane = Lane.INLINE
    scope: Scope = Scope.PUBLIC
