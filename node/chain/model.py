"""The nouns of the chain."""

from dataclasses import dataclass

from node.primitives.block import Block, Header
from node.primitives.certificate import CommitCertificate
from node.primitives.receipt import Receipt
from node.primitives.types import Address, BlockNumber, Gas, Hash32


@dataclass(frozen=True, slots=True)
class Head:
    """The newest final block. Immutable; the chain publishes one after each write.

    `next_validators`, ascending, must seal the block after it; empty on a foreign chain. The genesis and foreign
    blocks have no certificate.
    """

    header: Header
    hash: Hash32
    certificate: CommitCertificate | None
    next_validators: tuple[Address, ...]

    @property
    def number(self) -> BlockNumber:
        return self.header.number


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt with what its root does not commit to. `revert_data` is cut at 1 KiB."""

    receipt: Receipt
    gas_used: Gas
    contract_address: Address | None
    revert_data: bytes


@dataclass(frozen=True, slots=True)
class Location:
    """Where a transaction is: the block's number and the index in it."""

    number: BlockNumber
    index: int


@dataclass(frozen=True, slots=True)
class Committed:
    """What subscribers are told."""

    head: Head
    block: Block
    receipts: tuple[StoredReceipt, ...]
