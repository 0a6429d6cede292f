"""Blocks, transactions, receipts and logs as geth's JSON shows them. Pure; JSON in is JSON out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from node.primitives.block import Block, Header, Withdrawal, encode_block
from node.primitives.receipt import Log
from node.primitives.transaction import AccessListEntry, Authorization, Transaction, TransactionKind
from node.primitives.types import Address, BlockNumber, Hash32

Json: TypeAlias = object
"""Whatever orjson encodes."""

JsonObject: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a transaction stands in the chain."""

    block_hash: Hash32
    number: BlockNumber
    index: int
    base_fee: int


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt shows beyond the consensus receipt and the transaction. `first_log` counts in the block."""

    succeeded: bool
    cumulative_gas_used: int
    gas_used: int
    logs: tuple[Log, ...]
    bloom: bytes
    contract_address: Address | None
    first_log: int
    blob_gas_price: int
    revert_data: bytes = b""


def quantity(value: int) -> str:
    return hex(value)


def data(value: bytes) -> str:
    return "0x" + value.hex()


def word(value: int) -> str:
    """An integer as the 32 bytes that storage and the EVM show."""
    return f"0x{value:064x}"


def header(of: Header) -> JsonObject:
    fields: JsonObject = {
        "number": quantity(of.number),
        "hash": data(of.hash),
        "parentHash": data(of.parent_hash),
        "nonce": data(of.nonce),
        "mixHash": data(of.mix_hash),
        "sha3Uncles": data(of.ommers_hash),
        "logsBloom": data(of.bloom),
        "stateRoot": data(of.state_root),
        "miner": data(of.coinbase),
        "difficulty": quantity(of.difficulty),
        "extraData": data(of.extra_data),
        "gasLimit": quantity(of.gas_limit),
        "gasUsed": quantity(of.gas_used),
        "timestamp": quantity(of.timestamp),
        "transactionsRoot": data(of.transactions_root),
        "receiptsRoot": data(of.receipts_root),
        "baseFeePerGas": quantity(of.base_fee),
        "withdrawalsRoot": data(of.withdrawals_root),
        "blobGasUsed": quantity(of.blob_gas_used),
        "excessBlobGas": quantity(of.excess_blob_gas),
        "parentBeaconBlockRoot": data(of.parent_beacon_root),
    }
    if of.requests_hash is not None:
        fields["requestsHash"] = data(of.requests_hash)
    return fields


def block(of: Block, full: bool) -> JsonObject:
    """`full`: whole transactions, else their hashes."""
    transactions: list[Json] = [data(entry.hash) for entry in of.transactions]
    if full:
        places = positions(of)
        transactions = [transaction(entry, place) for entry, place in zip(of.transactions, places, strict=True)]
    return header(of.header) | {
        "size": quantity(len(encode_block(of))),
        "transactions": transactions,
        "uncles": [],
        "withdrawals": [withdrawal(entry) for entry in of.withdrawals],
    }


def positions(of: Block) -> Iterable[Position]:
    return (position(of, index) for index in range(len(of.transactions)))


def position(of: Block, index: int) -> Position:
    return Position(of.hash, of.number, index, of.header.base_fee)


def withdrawal(entry: Withdrawal) -> JsonObject:
    return {
        "index": quantity(entry.index),
        "validatorIndex": quantity(entry.validator_index),
        "address": data(entry.address),
        "amount": quantity(entry.amount_gwei),
    }


def transaction(of: Transaction, at: Position | None) -> JsonObject:
    """`at` is None while it waits in the pool."""
    price = of.max_fee if at is None else of.effective_gas_price(at.base_fee)
    return (
        {
            "blockHash": None if at is None else data(at.block_hash),
            "blockNumber": None if at is None else quantity(at.number),
            "transactionIndex": None if at is None else quantity(at.index),
            "from": data(of.sender),
            "gas": quantity(of.gas),
            "gasPrice": quantity(price),
            "hash": data(of.hash),
            "input": data(of.data),
            "nonce": quantity(of.nonce),
            "to": None if of.to is None else data(of.to),
            "value": quantity(of.value),
            "type": quantity(of.kind),
        }
        | _kind_fields(of)
        | _signature(of)
    )


def receipt(of: Transaction, at: Position, facts: ReceiptFacts) -> JsonObject:
    fields: JsonObject = {
        "blockHash": data(at.block_hash),
        "blockNumber": quantity(at.number),
        "contractAddress": None if facts.contract_address is None else data(facts.contract_address),
        "cumulativeGasUsed": quantity(facts.cumulative_gas_used),
        "effectiveGasPrice": quantity(of.effective_gas_price(at.base_fee)),
        "from": data(of.sender),
        "gasUsed": quantity(facts.gas_used),
        "logs": receipt_logs(of, at, facts),
        "logsBloom": data(facts.bloom),
        "status": quantity(facts.succeeded),
        "to": None if of.to is None else data(of.to),
        "transactionHash": data(of.hash),
        "transactionIndex": quantity(at.index),
        "type": quantity(of.kind),
    }
    if of.kind is TransactionKind.BLOB:
        fields |= {"blobGasUsed": quantity(of.blob_gas), "blobGasPrice": quantity(facts.blob_gas_price)}
    if facts.revert_data:
        fields["revertReason"] = data(facts.revert_data)
    return fields


def receipt_logs(of: Transaction, at: Position, facts: ReceiptFacts) -> list[Json]:
    return [log(entry, of.hash, at, facts.first_log + index) for index, entry in enumerate(facts.logs)]


def log(entry: Log, transaction_hash: Hash32, at: Position, index: int) -> JsonObject:
    return {
        "address": data(entry.address),
        "topics": [data(topic) for topic in entry.topics],
        "data": data(entry.data),
        "blockNumber": quantity(at.number),
        "transactionHash": data(transaction_hash),
        "transactionIndex": quantity(at.index),
        "blockHash": data(at.block_hash),
        "logIndex": quantity(index),
        "removed": False,
    }


def access_list(entries: Sequence[AccessListEntry]) -> list[Json]:
    return [{"address": data(entry.address), "storageKeys": [data(slot) for slot in entry.slots]} for entry in entries]


def _kind_fields(of: Transaction) -> JsonObject:
    fields: JsonObject = {}
    if of.chain_id is not None:
        fields["chainId"] = quantity(of.chain_id)
    if of.kind is TransactionKind.LEGACY:
        return fields
    fields["accessList"] = access_list(of.access_list)
    if of.kind >= TransactionKind.DYNAMIC_FEE:
        fields |= {"maxFeePerGas": quantity(of.max_fee), "maxPriorityFeePerGas": quantity(of.max_priority_fee)}
    if of.kind is TransactionKind.BLOB:
        fields["maxFeePerBlobGas"] = quantity(of.max_fee_per_blob_gas)
        fields["blobVersionedHashes"] = [data(entry) for entry in of.blob_hashes]
    if of.kind is TransactionKind.SET_CODE:
        fields["authorizationList"] = [_authorization(entry) for entry in of.authorizations]
    return fields


def _signature(of: Transaction) -> JsonObject:
    fields: JsonObject = {"v": quantity(of.v), "r": quantity(of.r), "s": quantity(of.s)}
    if of.kind is not TransactionKind.LEGACY:
        fields["yParity"] = quantity(of.y_parity)
    return fields


def _authorization(entry: Authorization) -> JsonObject:
    return {
        "chainId": quantity(entry.chain_id),
        "address": data(entry.address),
        "nonce": quantity(entry.nonce),
        "yParity": quantity(entry.y_parity),
        "r": quantity(entry.r),
        "s": quantity(entry.s),
    }
