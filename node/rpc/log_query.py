"""Which logs a caller wants, and how they are found: headers' blooms first, receipts only where a bloom says maybe.

Source of the matching rule: execution-apis, eth_getLogs. Topic position i matches where the caller's entry i is null,
equal, or a list that holds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

from node.primitives.bloom import bloom_of
from node.primitives.receipt import Log
from node.primitives.types import Address, Hash32
from node.rpc import render
from node.rpc.context import Context, find_header, require_entry
from node.rpc.errors import InvalidParams, LimitExceeded, ServerError
from node.rpc.parameters import BadValue, BlockReference, BlockTag, Members, address, block_number, hash32, sequence
from node.rpc.render import Json

MAX_TOPICS: Final = 4
MAX_ALTERNATIVES: Final = 1_000

BloomMasks: TypeAlias = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class LogPattern:
    """Empty `addresses`, or an empty alternative of `topics`, matches anything."""

    addresses: frozenset[Address]
    topics: tuple[frozenset[Hash32], ...]

    def matches(self, log: Log) -> bool:
        if self.addresses and log.address not in self.addresses:
            return False
        if len(self.topics) > len(log.topics):
            return False
        return all(not wanted or topic in wanted for wanted, topic in zip(self.topics, log.topics, strict=False))

    def bloom_masks(self) -> BloomMasks:
        """What a bloom must have: one mask, whole, of each group. To be made once for a search of many blocks."""
        groups = (group for group in (self.addresses, *self.topics) if group)
        return tuple(tuple(int.from_bytes(bloom_of((entry,)), "big") for entry in group) for group in groups)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Blocks `first` to `last`, or the one with `block_hash`."""

    pattern: LogPattern
    first: BlockReference
    last: BlockReference
    block_hash: Hash32 | None


def log_query(value: object) -> LogQuery:
    members = Members(value)
    block_hash = members.optional("blockHash", hash32)
    if block_hash is not None and ("fromBlock" in members or "toBlock" in members):
        raise BadValue("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other")
    return LogQuery(
        pattern=LogPattern(
            frozenset(members.optional("address", _addresses) or ()),
            members.optional("topics", sequence(_alternatives, MAX_TOPICS)) or (),
        ),
        first=_or_latest(members.optional("fromBlock", block_number)),
        last=_or_latest(members.optional("toBlock", block_number)),
        block_hash=block_hash,
    )


def find_logs(context: Context, query: LogQuery) -> list[Json]:
    """Raises LimitExceeded for too many blocks or logs."""
    first, last = _range(context, query)
    if last - first >= context.limits.log_blocks:
        raise LimitExceeded(f"query covers {last - first + 1} blocks, at most {context.limits.log_blocks} are searched")
    masks = query.pattern.bloom_masks()
    found: list[Json] = []
    for number in range(first, last + 1):
        found.extend(logs_of(context, number, query.pattern, masks))
        if len(found) > context.limits.log_results:
            raise LimitExceeded(
                f"query returned more than {context.limits.log_results} results; "
                f"ask for fewer blocks than {first} to {last}"
            )
    return found


def logs_of(context: Context, number: int, pattern: LogPattern, masks: BloomMasks) -> Iterator[Json]:
    """`masks` are the pattern's."""
    header = context.chain.header(number)
    assert header is not None, f"block {number} is below the head but not there"
    bloom = int.from_bytes(header.bloom, "big")
    if not bloom or not all(any(bloom & mask == mask for mask in group) for group in masks):
        return
    entry = require_entry(context, number)
    counter = count()
    for stored, transaction, position in zip(
        entry.receipts, entry.block.transactions, render.positions(entry.block), strict=True
    ):
        for log, index in zip(stored.receipt.logs, counter, strict=False):
            if pattern.matches(log):
                yield render.log(log, transaction.hash, position, index)


def _range(context: Context, query: LogQuery) -> tuple[int, int]:
    """(first, last), empty (last < first) where the query begins above the head."""
    if query.block_hash is not None:
        header = find_header(context, query.block_hash)
        if header is None:
            raise ServerError("unknown block")
        return header.number, header.number
    head = context.head.header.number
    first, last = _number(query.first, head), _number(query.last, head)
    if first > last:
        raise InvalidParams("invalid block range params")
    return first, min(last, head)


def _number(reference: BlockReference, head: int) -> int:
    if isinstance(reference, BlockTag):
        return 0 if reference is BlockTag.EARLIEST else head
    assert isinstance(reference, int), "a range is given by numbers"
    return reference


def _or_latest(reference: BlockReference | None) -> BlockReference:
    return BlockTag.LATEST if reference is None else reference


def _addresses(value: object) -> tuple[Address, ...]:
    return sequence(address, MAX_ALTERNATIVES)(value) if isinstance(value, list) else (address(value),)


def _alternatives(value: object) -> frozenset[Hash32]:
    if value is None:
        return frozenset()
    if isinstance(value, list):
        if None in value:
            return frozenset()
        return frozenset(sequence(hash32, MAX_ALTERNATIVES)(value))
    return frozenset((hash32(value),))
