"""Everything that can go wrong in this package, as one tree.

ContractsError
├── UnknownContract        no such contract in the suite
├── SourceUnreadable       a source file is missing or is not text
├── CompilationFailed      the compiler refused a source
├── AbiError               what was asked does not fit the contract's ABI
│   ├── UnknownFunction
│   ├── UnknownEvent
│   ├── WrongArgumentCount
│   ├── WrongArgument      a value is not of the type its parameter needs
│   └── Undecodable        bytes do not hold what the ABI says they hold
├── BadGenesis             the genesis suite cannot be built from these parties
├── CallRefused            a contract refused a call; `words` says why
├── BadInput               what a person gave is no private key, no URL, no contract
├── NetworkUnreachable     nobody answers at a URL, or not as a node does
├── NodeRefused            a node would not take what it was asked; `message` says why
├── NotFinalYet            a transaction was sent and is in no block yet; it may still come
├── BadState               states of a channel that cannot be
├── ExportFailed           an artifact cannot be written to a file
└── DeploymentError        a contract of the suite cannot be put or found on a network
    ├── WrongCode          something else stands at the address
    └── RecordUnreadable   the file of a network's addresses is damaged or another network's
"""

import difflib
from collections.abc import Sequence
from pathlib import Path


class ContractsError(Exception):
    """Base of all errors of this package."""


class UnknownContract(ContractsError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        near = difflib.get_close_matches(name, known, n=1)
        told = f"perhaps {near[0]} was meant" if near else f"there are: {', '.join(known)}"
        super().__init__(f"no contract is named {name!r}; {told}")


class SourceUnreadable(ContractsError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"cannot read the contract source {path}: {reason}")


class CompilationFailed(ContractsError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"cannot compile {path}: {reason}")


class AbiError(ContractsError):
    """What was asked does not fit the contract's ABI."""


class UnknownFunction(AbiError):
    def __init__(self, contract: str, name: str, known: Sequence[str]) -> None:
        self.contract = contract
        self.name = name
        self.known = tuple(known)
        super().__init__(f"{contract} has no function {name!r}; it has: {', '.join(known)}")


class UnknownEvent(AbiError):
    def __init__(self, contract: str, name: str, known: Sequence[str]) -> None:
        self.contract = contract
        self.name = name
        self.known = tuple(known)
        super().__init__(f"{contract} has no event {name!r}; it has: {', '.join(known)}")


class WrongArgumentCount(AbiError):
    def __init__(self, target: str, given: int, signatures: Sequence[str]) -> None:
        self.target = target
        self.given = given
        self.signatures = tuple(signatures)
        super().__init__(f"{target} was given {given} argument(s); it takes {' or '.join(signatures)}")


class WrongArgument(AbiError):
    def __init__(self, target: str, parameter: str, expected: str, value: object, reason: str) -> None:
        self.target = target
        self.parameter = parameter
        self.expected = expected
        self.value = value
        self.reason = reason
        super().__init__(f"{target}: argument {parameter!r} must be {expected}, but {shown(value)} {reason}")


class Undecodable(AbiError):
    def __init__(self, target: str, data: bytes, reason: str) -> None:
        self.target = target
        self.data = data
        self.reason = reason
        super().__init__(f"{target}: cannot decode {len(data)} byte(s): {reason}")


class BadGenesis(ContractsError):
    """The genesis suite cannot be built from these parties."""


class CallRefused(ContractsError):
    """`data` is what the call gave back; `transaction_hash` is set where it was included in a block and failed."""

    def __init__(self, words: str, data: bytes = b"", transaction_hash: bytes | None = None) -> None:
        self.words = words
        self.data = data
        self.transaction_hash = transaction_hash
        super().__init__(words)


class BadInput(ContractsError):
    """Of a command line: it says which input, and what would do."""


class NetworkUnreachable(ContractsError):
    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url} does not answer as a node: {reason}")


class NodeRefused(ContractsError):
    def __init__(self, url: str, message: str) -> None:
        self.url = url
        self.message = message
        super().__init__(f"the node at {url} says no: {message}")


class NotFinalYet(ContractsError):
    """`transaction_hash` is what to look for: sending the same call again would do it twice."""

    def __init__(self, transaction_hash: bytes, waited_s: float) -> None:
        self.transaction_hash = transaction_hash
        self.waited_s = waited_s
        super().__init__(
            f"0x{transaction_hash.hex()} was sent and is in no block after {waited_s:g} s; it may still come: look for "
            "it before doing the same again"
        )


class DeploymentError(ContractsError):
    """A contract of the suite cannot be put or found on a network."""


class WrongCode(DeploymentError):
    def __init__(self, name: str, address: bytes, reason: str) -> None:
        self.name = name
        self.address = address
        self.reason = reason
        super().__init__(f"the code at 0x{address.hex()} is not {name}: {reason}")


class RecordUnreadable(DeploymentError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"cannot use the addresses in {path}: {reason}")


class ExportFailed(ContractsError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"cannot write {path}: {reason}")


class BadState(ContractsError):
    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence = sequence
        self.reason = reason
        super().__init__(f"channel state {sequence}: {reason}")


def shown(value: object) -> str:
    """A value as it appears in an error: bytes as hex, and never a screenful."""
    text = f"0x{bytes(value).hex()}" if isinstance(value, (bytes, bytearray)) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
