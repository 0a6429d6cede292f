"""Good things to be damaged: blocks, certificates, messages and transactions, the same in every run."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from node.chain.transfer import encode_certified
from node.consensus.messages import Commit, Message, Prepare, Prepared, Proposal, RoundChange, encode_message
from node.primitives.block import Block, encode_block
from node.primitives.certificate import CommitCertificate, certificate_items, seal_digest, signing_digest
from node.primitives.keys import SECP256K1_N, PrivateKey
from node.primitives.rlp import Item, as_list, decode, encode, encode_int
from node.primitives.transaction import Transaction, TransactionKind
from node.primitives.types import BlockNumber, Hash32
from node.sync.wire import Status, encode_status
from tests.unit.node.app.standing import KEYS, genesis_of
from tests.unit.node.chain.transfers import CHAIN_ID, USERS, Ledger, pay

STRANGER: Final = USERS[0]
"""A key that is no validator's."""


def _source() -> Ledger:
    ledger = Ledger(genesis_of(False))
    for nonce in range(2):
        ledger.grow(pay(USERS[3], nonce, value=1))
    return ledger


SOURCE: Final = _source()
"""A chain two blocks ahead of the node on the bench."""
TIP: Final = SOURCE.chain.head


def block(number: int) -> Block:
    found = SOURCE.chain.block(number)
    assert found is not None
    return found


def certificate(number: int) -> CommitCertificate:
    found = SOURCE.chain.certificate(number)
    assert found is not None
    return found


def by_turn(round_: int) -> PrivateKey:
    """Whose turn it is above genesis."""
    return sorted(KEYS, key=lambda key: key.address)[round_ % 4]


def _signed(message: Message, key: PrivateKey, chain_id: int = CHAIN_ID) -> Message:
    digest = signing_digest(chain_id, SOURCE.chain.genesis_hash, message.code, message.payload)
    return replace(message, signature=key.sign(digest))


def said(message: Message, key: PrivateKey, *, chain_id: int = CHAIN_ID) -> bytes:
    return encode_message(_signed(message, key, chain_id))


def prepare(height: int = 1, round_: int = 0) -> Prepare:
    return Prepare(height, round_, block(1).hash)


def commit(sealer: PrivateKey) -> Commit:
    digest = seal_digest(CHAIN_ID, SOURCE.chain.genesis_hash, block(1).hash, 0)
    return Commit(1, 0, block(1).hash, sealer.sign(digest))


def proposal(round_: int = 0) -> Proposal:
    return Proposal(1, round_, block(1).hash, block(1))


def claim() -> RoundChange:
    """It says it had prepared a block, and proves nothing."""
    return RoundChange(1, 1, Prepared(0, block(1).hash))


def high_s(raw: bytes) -> bytes:
    """A consensus message with the other of its two signatures."""
    items = as_list(decode(raw))
    signature = items[2]
    assert isinstance(signature, bytes)
    s = SECP256K1_N - int.from_bytes(signature[32:64], "big")
    items[2] = signature[:32] + s.to_bytes(32, "big") + bytes([1 - signature[64]])
    return encode(items)


def unsigned(message: Message) -> bytes:
    return encode_message(replace(message, signature=bytes(65)))


def crowded() -> bytes:
    """A proposal justified by more than there can be validators."""
    items = as_list(decode(said(proposal(1), by_turn(1))))
    items[4] = [[[b"\x01", b"\x01", []], bytes(65)]] * 1_025
    return encode(items)


def status(number: int, block_hash: Hash32, proof: CommitCertificate | None) -> bytes:
    return encode_status(Status(BlockNumber(number), block_hash, proof))


def certified(number: int, proof: CommitCertificate | None = None, **changes: object) -> bytes:
    """An entry of BLOCKS; `changes` go into the header."""
    good = block(number)
    made = replace(good, header=replace(good.header, **changes))  # type: ignore[arg-type]  # by name
    return encode_certified(made, proof or certificate(number))


def resealed(number: int, **changes: object) -> bytes:
    """An entry that a quorum sealed although its header is wrong."""
    good = block(number)
    made = replace(good, header=replace(good.header, **changes))  # type: ignore[arg-type]  # by name
    return encode_certified(made, _quorum(made.hash, KEYS[:3]))


def seals(block_hash: Hash32, keys: Sequence[PrivateKey]) -> Item:
    return certificate_items(_quorum(block_hash, keys))


def _quorum(block_hash: Hash32, keys: Sequence[PrivateKey]) -> CommitCertificate:
    digest = seal_digest(CHAIN_ID, SOURCE.chain.genesis_hash, block_hash, 0)
    return CommitCertificate(0, tuple(key.sign(digest) for key in keys))


def blocks(*entries: bytes) -> bytes:
    return encode(list(entries))


def with_ommers() -> bytes:
    items = as_list(decode(sealed_by_nobody(1)))
    items[2] = [b"ommer"]
    return encode([items, certificate_items(certificate(1))])


def sealed_by_nobody(number: int) -> bytes:
    """A block as a foreign chain's file has it."""
    return encode_block(block(number))


def altered(transaction: Transaction, change: Callable[[list[Item]], object]) -> bytes:
    """The raw transaction with its list of fields changed in place."""
    legacy = transaction.kind is TransactionKind.LEGACY
    items: list[Item] = list(as_list(decode(transaction.raw if legacy else transaction.raw[1:])))
    change(items)
    return (b"" if legacy else transaction.raw[:1]) + encode(items)


def put(index: int, value: Item) -> Callable[[list[Item]], object]:
    return lambda items: items.__setitem__(index, value)


def transactions(*raws: bytes) -> bytes:
    return encode(list(raws))


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = encode([]) if not data else _wrapped(data)
    return data


def _wrapped(data: bytes) -> bytes:
    if len(data) <= 55:
        return bytes([0xC0 + len(data)]) + data
    size = encode_int(len(data))
    return bytes([0xF7 + len(size)]) + size + data
