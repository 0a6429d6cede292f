"""Accounts as the state after a block has them. `pending` is the head's state: what waits has not happened."""

from asyncio import wrap_future
from functools import partial

from node.pool.pool import Pool
from node.primitives.types import Address
from node.rpc.backend import Chain
from node.rpc.context import Context, require_header, state_at
from node.rpc.method import Lane, Method
from node.rpc.parameters import (
    BlockReference,
    BlockTag,
    Parameter,
    StorageKey,
    address,
    block_reference,
    optional,
    sequence,
    storage_key,
)
from node.rpc.render import Json, data, quantity, word
from node.state.model import Account, StateReader
from node.state.proof import account_proof

MAX_PROOF_SLOTS = 1_024
NO_ACCOUNT = Account()


def get_balance(context: Context, of: Address, reference: BlockReference) -> Json:
    return quantity(_account(state_at(context, reference), of).balance)


def get_code(context: Context, of: Address, reference: BlockReference) -> Json:
    state = state_at(context, reference)
    return data(state.code(_account(state, of).code_hash))


def get_storage(context: Context, of: Address, key: StorageKey, reference: BlockReference) -> Json:
    return word(state_at(context, reference).storage(of, key.slot))


async def get_transaction_count(context: Context, of: Address, reference: BlockReference) -> Json:
    if reference is not BlockTag.PENDING:
        return quantity(_account(state_at(context, reference), of).nonce)
    return quantity(await wrap_future(context.node.ask_pool(partial(_pending_nonce, context.chain, of))))


def _pending_nonce(chain: Chain, of: Address, pool: Pool) -> int:
    """Runs in the pool's loop, on the state of that moment: what has left the pool for a block is in the state."""
    return pool.pending_nonce(of, chain.state(chain.head.header.number))


def get_account_info(context: Context, of: Address, reference: BlockReference) -> Json:
    state = state_at(context, reference)
    account = _account(state, of)
    return {
        "balance": quantity(account.balance),
        "nonce": quantity(account.nonce),
        "code": data(state.code(account.code_hash)),
    }


def get_proof(context: Context, of: Address, keys: tuple[StorageKey, ...], reference: BlockReference) -> Json:
    header = require_header(context, reference)
    state = context.chain.state(header.number)  # raises StatePruned, and keeps the nodes there while we read
    proof = account_proof(context.chain.nodes, header.state_root, of, [key.slot for key in keys])
    del state
    account = proof.account or NO_ACCOUNT
    return {
        "address": data(of),
        "accountProof": [data(node) for node in proof.proof],
        "balance": quantity(account.balance),
        "codeHash": data(account.code_hash),
        "nonce": quantity(account.nonce),
        "storageHash": data(account.storage_root),
        "storageProof": [
            {"key": key.shown, "value": quantity(entry.value), "proof": [data(node) for node in entry.proof]}
            for key, entry in zip(keys, proof.slots, strict=True)
        ],
    }


def _account(state: StateReader, of: Address) -> Account:
    return state.account(of) or NO_ACCOUNT


_ADDRESS = Parameter("address", address)
_BLOCK = optional("block", block_reference, default=BlockTag.LATEST)

METHODS = {
    "eth_getBalance": Method(get_balance, (_ADDRESS, _BLOCK)),
    "eth_getCode": Method(get_code, (_ADDRESS, _BLOCK)),
    "eth_getStorageAt": Method(get_storage, (_ADDRESS, Parameter("storageKey", storage_key), _BLOCK)),
    "eth_getTransactionCount": Method(get_transaction_count, (_ADDRESS, _BLOCK), Lane.ASYNC),
    "eth_getAccountInfo": Method(get_account_info, (_ADDRESS, _BLOCK)),
    "eth_getProof": Method(
        get_proof, (_ADDRESS, Parameter("storageKeys", sequence(storage_key, MAX_PROOF_SLOTS)), _BLOCK), Lane.READER
    ),
}
