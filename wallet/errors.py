"""Everything that can go wrong in this package, as one tree. Each message is one sentence that says what to do.

WalletError                  exit code 1
├── WrongUsage               exit code 2: what was typed, or written in the profile, is not what it must be
│   ├── BadAddress
│   ├── BadAmount
│   ├── BadReference
│   ├── BadProfile
│   └── ConsentNeeded        nobody is there to confirm, and --yes was not given
├── Declined                 somebody was there, and said no
├── KeystoreError
│   ├── KeystoreUnreadable
│   ├── KeystoreUnwritable
│   ├── NoSuchAccount
│   ├── AccountExists
│   ├── BadSecret            neither a private key nor recovery words
│   └── WrongPassphrase
├── NodeError
│   ├── NodeUnreachable
│   ├── NodeRefused          the node answered with an error of its own
│   ├── BadAnswer            the node answered something that is no JSON-RPC answer
│   └── WrongChain
├── NothingToReplace         cancel and replace: no such transaction waits
├── Refused                  the simulation says that the transaction would fail; nothing was sent
├── NotAccepted              the node would not take the signed transaction
└── TransactionFailed        it was sent, and did not do what it should; carries the outcome
    ├── Reverted
    ├── Replaced             another transaction took its nonce
    ├── StillWaiting         not in a block within the time given
    └── OutcomeUnknown       contact was lost while sending it
"""

from collections.abc import Mapping
from typing import ClassVar


class WalletError(Exception):
    """Base of all errors of this package."""

    exit_code: ClassVar[int] = 1


class WrongUsage(WalletError):
    exit_code = 2


class BadAddress(WrongUsage):
    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        super().__init__(f"{text!r} {problem}")


class BadAmount(WrongUsage):
    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        super().__init__(f"the amount {text!r} {problem}")


class BadReference(WrongUsage):
    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        super().__init__(f"the payment reference {text!r} {problem}")


class BadProfile(WrongUsage):
    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"the profile {path} {problem}")


class ConsentNeeded(WrongUsage):
    def __init__(self) -> None:
        super().__init__("there is no terminal to confirm on; add --yes to sign without being asked")


class Declined(WalletError):
    def __init__(self) -> None:
        super().__init__("not confirmed, so nothing was signed or sent")


class KeystoreError(WalletError):
    """About the key files of this machine."""


class KeystoreUnreadable(KeystoreError):
    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"the keystore file {path} {problem}; repair it or move it out of the folder")


class KeystoreUnwritable(KeystoreError):
    def __init__(self, folder: object, problem: str) -> None:
        super().__init__(f"cannot keep a key in {folder} ({problem}); name another folder with --keystore")


class NoSuchAccount(KeystoreError):
    """No account fits the selection, or no selection was made where several fit."""


class AccountExists(KeystoreError):
    """The address or the label is in the keystore already."""


class BadSecret(KeystoreError):
    """Never quotes what it was given."""


class WrongPassphrase(KeystoreError):
    def __init__(self, address: str) -> None:
        super().__init__(f"the passphrase does not open account {address}; try again with the right one")


class NodeError(WalletError):
    """About the node that was asked."""


class NodeUnreachable(NodeError):
    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"no node answers at {url} ({problem}); start one or name another with --rpc")


class NodeRefused(NodeError):
    """`code` and `message` are the node's own; `data` is what a reverted call gave back, empty otherwise."""

    def __init__(self, method: str, code: int, message: str, data: bytes = b"") -> None:
        self.method = method
        self.code = code
        self.message = message
        self.data = data
        super().__init__(f"the node refused {method}: {message} (code {code})")


class BadAnswer(NodeError):
    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"what answers at {url} is no Ethereum node: {problem}; check --rpc")


class WrongChain(NodeError):
    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"this node is on network {found}, not {expected}; name another node or change --chain-id")


class NothingToReplace(WalletError):
    """No transaction with that nonce waits."""


class Refused(WalletError):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"this would fail, so nothing was sent: {reason}")


class NotAccepted(WalletError):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the node did not take the transaction: {reason}")


class TransactionFailed(WalletError):
    """`outcome` is what is known, as the JSON document of the command."""

    def __init__(self, message: str, outcome: Mapping[str, object]) -> None:
        self.outcome = outcome
        super().__init__(message)


class Reverted(TransactionFailed):
    pass


class Replaced(TransactionFailed):
    pass


class StillWaiting(TransactionFailed):
    pass


class OutcomeUnknown(TransactionFailed):
    pass
