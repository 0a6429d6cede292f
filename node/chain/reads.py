"""What is read of the chain, from any thread, without a lock: nothing beyond the published head is ever shown."""

from collections.abc import Iterator

from node.chain.errors import ChainDamaged
from node.chain.model import Head, Location, StoredReceipt
from node.chain.records import (
    SET_CHANGES,
    body_key,
    certificate_key,
    decode_body,
    decode_certificate_record,
    decode_header_record,
    decode_location,
    decode_number,
    decode_receipts,
    decode_set,
    header_key,
    location_key,
    number_key,
    receipts_key,
    set_change_key,
    set_key,
)
from node.primitives.block import Block, Header
from node.primitives.certificate import CommitCertificate
from node.primitives.types import Address, BlockNumber, Hash32
from node.storage.store import Reader


class ChainReads:
    """The records up to `head`. Asked for what is beyond it, everything answers None; a record that must be there
    and isn't raises ChainDamaged."""

    def __init__(self, reader: Reader, head: Head) -> None:
        self.reader = reader
        self.head = head

    def header(self, number: int) -> Header | None:
        head = self.head
        if number == head.number:
            return head.header
        if not 0 <= number < head.number:
            return None
        return decode_header_record(self._record(header_key(number), "header", number), number)

    def header_by_hash(self, block_hash: Hash32) -> Header | None:
        number = self.number_of(block_hash)
        return None if number is None else self.header(number)

    def block(self, number: int) -> Block | None:
        header = self.header(number)
        if header is None:
            return None
        return decode_body(self._record(body_key(number), "body", number), header)

    def block_by_hash(self, block_hash: Hash32) -> Block | None:
        number = self.number_of(block_hash)
        return None if number is None else self.block(number)

    def number_of(self, block_hash: Hash32) -> BlockNumber | None:
        raw = self.reader.get(number_key(block_hash))
        number = None if raw is None else decode_number(raw)
        return number if number is not None and self._has(number) else None

    def block_hash(self, number: int) -> Hash32:
        """Of a block that exists. Raises ChainDamaged, also for one beyond the head."""
        return Hash32(self._record(header_key(number), "header", number)[:32])

    def receipts(self, number: int) -> tuple[StoredReceipt, ...]:
        """Of a block that exists."""
        return decode_receipts(self._record(receipts_key(number), "receipts", number), number)

    def locate(self, transaction_hash: Hash32) -> Location | None:
        raw = self.reader.get(location_key(transaction_hash))
        location = None if raw is None else decode_location(raw)
        return location if location is not None and self._has(location.number) else None

    def certificate(self, number: int) -> CommitCertificate | None:
        """None for the genesis and on a foreign chain."""
        raw = self.reader.get(certificate_key(number)) if self._has(number) else None
        return None if raw is None else decode_certificate_record(raw, number)

    def validators(self, number: int) -> tuple[Address, ...]:
        """Who must seal, or sealed, block `number`: 1 to the head's + 1. Empty on a foreign chain."""
        head = self.head
        if number == head.number + 1:
            return head.next_validators
        parent = self.header(number - 1)
        if parent is None:
            raise ValueError(f"block {number} is beyond the head, {head.number}, or none")
        return self.validator_set(Hash32(parent.extra_data)) if head.next_validators else ()

    def validator_set(self, set_hash: Hash32) -> tuple[Address, ...]:
        raw = self.reader.get(set_key(set_hash))
        if raw is None:
            raise ChainDamaged(f"the validator set 0x{set_hash.hex()} is missing")
        return decode_set(raw, set_hash)

    def set_changes(self, start: int = 0) -> Iterator[tuple[BlockNumber, Hash32]]:
        """The blocks from `start` on whose header names another next set than their parent's, and that set's hash.

        Their certified headers are what an offline verifier walks from its anchor.
        """
        head = self.head
        for key, value in self.reader.scan(SET_CHANGES, start=set_change_key(start)):
            number = decode_number(key[1:])
            if number > head.number:
                return
            yield number, Hash32(value)

    def _has(self, number: int) -> bool:
        return 0 <= number <= self.head.number

    def _record(self, key: bytes, what: str, number: int) -> bytes:
        raw = self.reader.get(key)
        if raw is None:
            raise ChainDamaged(f"the {what} of block {number} is missing")
        return raw
