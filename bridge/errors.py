"""Everything that can go wrong in this package, as one tree.

BridgeError              exit code 1
├── WrongUsage           exit code 2: what was typed is not what it must be
├── NodeUnreachable
├── NodeRefused          the node answered with an error, or with something that is no answer
└── NoContract           the settled contract is not on this network
"""

from typing import ClassVar


class BridgeError(Exception):
    """Base of all errors of this package."""

    exit_code: ClassVar[int] = 1


class WrongUsage(BridgeError):
    exit_code = 2


class NodeUnreachable(BridgeError):
    def __init__(self, url: str) -> None:
        super().__init__(f"no node answers at {url}; start one or name another with --rpc")


class NodeRefused(BridgeError):
    def __init__(self, asked: str, problem: str) -> None:
        self.asked = asked
        super().__init__(f"the node did not give {asked}: {problem}")


class NoContract(BridgeError):
    def __init__(self, what: str, address: str) -> None:
        super().__init__(f"there is no {what} at {address} on this network; name its address with --{what}")
