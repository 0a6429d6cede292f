"""What can be wrong between a block and the chain.

ChainError
 ├── GenesisMismatch         the database was begun with another genesis
 ├── GenesisRefused          a genesis that contradicts its own contracts
 ├── LayoutMismatch          records written by a version with another layout
 ├── ChainDamaged            a record that must be there is not, or is not what it must be
 ├── StatePruned             a state older than those kept
 ├── UnknownParent           a block that does not follow the head
 ├── NotExecuted             a block to commit that was never executed here
 ├── CertificateRefused      not a quorum of this height's validators for this block and round
 ├── ValidatorsUnreadable    the validators contract does not answer a set
 └── ImportRefused           an entry of a file of blocks; `cause` says why

execution's BlockRefused passes through as it is.
"""

from dataclasses import dataclass

from node.primitives.types import Hash32


class ChainError(Exception):
    pass


@dataclass
class GenesisMismatch(ChainError):
    stored: Hash32
    given: Hash32

    def __str__(self) -> str:
        return (
            f"the database holds the chain of genesis 0x{self.stored.hex()}, the genesis file gives "
            f"0x{self.given.hex()}; use the genesis that the database was begun with, or another data folder"
        )


@dataclass
class GenesisRefused(ChainError):
    problem: str

    def __str__(self) -> str:
        return f"the genesis can start no chain: {self.problem}"


@dataclass
class LayoutMismatch(ChainError):
    stored: int
    expected: int

    def __str__(self) -> str:
        return (
            f"the database has record layout {self.stored}, this version reads {self.expected}; run the version "
            "that wrote it, or synchronise into a new folder"
        )


@dataclass
class ChainDamaged(ChainError):
    what: str

    def __str__(self) -> str:
        return f"the database is damaged: {self.what}; restore a backup, or synchronise into a new folder"


@dataclass
class StatePruned(ChainError):
    number: int
    oldest: int
    newest: int

    def __str__(self) -> str:
        return (
            f"the state of block {self.number} is not kept: this node has those of blocks {self.oldest} to "
            f"{self.newest}; ask an archive node"
        )


@dataclass
class UnknownParent(ChainError):
    """The message leads with the field, `parent_hash`."""

    number: int
    parent_hash: Hash32
    head_number: int
    head_hash: Hash32

    def __str__(self) -> str:
        return (
            f"block refused: parent_hash is 0x{self.parent_hash.hex()}, expected 0x{self.head_hash.hex()}, the head "
            f"(block {self.head_number})"
        )


@dataclass
class NotExecuted(ChainError):
    block_hash: Hash32

    def __str__(self) -> str:
        return f"block 0x{self.block_hash.hex()} was not executed here on the present head, so it cannot be committed"


@dataclass
class CertificateRefused(ChainError):
    number: int
    problem: str

    def __str__(self) -> str:
        return f"the commit certificate of block {self.number} is refused: {self.problem}"


@dataclass
class ValidatorsUnreadable(ChainError):
    problem: str

    def __str__(self) -> str:
        return f"getValidators() {self.problem}"


@dataclass
class ImportRefused(ChainError):
    """`position` counts a file's entries from 0; `number` is the block's, None where it does not decode."""

    position: int
    number: int | None
    cause: Exception

    def __str__(self) -> str:
        block = f"block {self.number}" if self.number is not None else "what should be a block"
        return f"entry {self.position}, {block}: {self.cause}"
