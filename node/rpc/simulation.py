"""Calls that change nothing: on the state after a block, as that block, or as the next block with the time now.

geth's rules: a call without a fee sees a base fee of 0 and pays nothing; its gas is capped by the server.
"""

import time
from dataclasses import dataclass

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from node.execution.block import child_environment, rules_of
from node.execution.engine import BlockEnvironment, BlockSession, Call, CallResult, Late
from node.primitives.block import Header
from node.primitives.types import Gas, Wei
from node.rpc.backend import Chain
from node.rpc.call_arguments import CallArguments
from node.rpc.context import Context, require_block, require_header
from node.rpc.errors import ExecutionReverted, InvalidParams, RpcError, ServerError
from node.rpc.parameters import BlockReference, BlockTag
from node.rpc.render import data
from node.state.model import StateReader

REVERTED = "execution reverted"

_ERROR_SELECTOR = bytes.fromhex("08c379a0")
_PANIC_SELECTOR = bytes.fromhex("4e487b71")
_PANICS = {
    0x00: "generic panic",
    0x01: "assert(false)",
    0x11: "arithmetic underflow or overflow",
    0x12: "division or modulo by zero",
    0x21: "enum overflow",
    0x22: "invalid encoded storage byte array accessed",
    0x31: "out-of-bounds array access; popping on an empty array",
    0x32: "out-of-bounds access of an array or bytesN",
    0x41: "out of memory",
    0x51: "uninitialized function",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a call runs."""

    state: StateReader
    environment: BlockEnvironment


def ground_of(context: Context, reference: BlockReference) -> Ground:
    if reference is BlockTag.PENDING:
        return Ground(context.chain.state(context.head.header.number), next_environment(context))
    header = require_header(context, reference)
    return Ground(context.chain.state(header.number), _environment_of(header, context.chain))


def session_before(context: Context, number: int, index: int, late: Late) -> BlockSession:
    """Block `number` as it stood when its transaction `index` came: those before it executed once more. Raises
    StatePruned where its parent's state is gone."""
    block = require_block(context, number)
    chain = context.chain
    session = chain.engine.begin(chain.state(number - 1), _environment_of(block.header, chain), rules_of(chain.config))
    for transaction in block.transactions[:index]:
        session.apply(transaction, late=late)
    return session


def deadline_of(context: Context) -> Late:
    """From now on; so that a contract that runs for ever gives its worker back."""
    ends_s = time.monotonic() + context.limits.call_timeout_s
    return lambda: time.monotonic() >= ends_s


def next_environment(context: Context) -> BlockEnvironment:
    """The next block's, begun now. Who will make it is not known: the head's author stands in."""
    parent = context.head.header
    config = context.chain.config
    earliest = parent.timestamp if config.qbft is not None else parent.timestamp + 1
    return child_environment(
        parent,
        config,
        coinbase=parent.coinbase,
        timestamp=max(earliest, context.node.now()),
        block_hash=context.chain.block_hash,
    )


def begin(context: Context, ground: Ground, arguments: CallArguments) -> BlockSession:
    """A session to run `arguments`, or variations of them, in. Raises InvalidParams for another chain's."""
    check_chain_id(context, arguments)
    return context.chain.engine.begin(ground.state, ground.environment, rules_of(context.chain.config))


def check_chain_id(context: Context, arguments: CallArguments) -> None:
    chain_id = context.chain.config.chain_id
    if arguments.chain_id not in (None, chain_id):
        raise InvalidParams(f"chainId does not match node's (have={arguments.chain_id}, want={chain_id})")


def gas_ceiling(context: Context, ground: Ground) -> int:
    return min(context.limits.call_gas, ground.environment.gas_limit)


def call_of(arguments: CallArguments, gas: int) -> Call:
    return Call(
        sender=arguments.sender,
        to=arguments.to,
        gas=Gas(gas),
        max_fee=Wei(arguments.max_fee),
        max_priority_fee=Wei(arguments.max_priority_fee),
        value=Wei(arguments.value),
        data=arguments.data,
        access_list=arguments.access_list,
        authorizations=arguments.authorizations,
        blob_hashes=arguments.blob_hashes,
        max_fee_per_blob_gas=Wei(arguments.max_fee_per_blob_gas),
    )


def failure(result: CallResult) -> RpcError:
    """The error that a failed call is answered with."""
    assert result.error is not None, "the call succeeded"
    if result.error == REVERTED:
        return ExecutionReverted(revert_message(result.output), data(result.output))
    return ServerError(result.error)


def revert_message(output: bytes) -> str:
    reason = _reason(output)
    return REVERTED if reason is None else f"{REVERTED}: {reason}"


def _environment_of(header: Header, chain: Chain) -> BlockEnvironment:
    return BlockEnvironment(
        number=header.number,
        timestamp=header.timestamp,
        coinbase=header.coinbase,
        gas_limit=header.gas_limit,
        base_fee=header.base_fee,
        prev_randao=header.mix_hash,
        excess_blob_gas=header.excess_blob_gas,
        parent_hash=header.parent_hash,
        parent_beacon_root=header.parent_beacon_root,
        block_hash=chain.block_hash,
    )


def _reason(output: bytes) -> str | None:
    """What Solidity's and Vyper's Error(string) or Panic(uint256) says; None for anything else."""
    try:
        if output[:4] == _ERROR_SELECTOR:
            return str(abi_decode(["string"], output[4:])[0])
        if output[:4] == _PANIC_SELECTOR:
            code = int(abi_decode(["uint256"], output[4:])[0])
            return _PANICS.get(code, f"unknown panic code: {code:#x}")
    except (DecodingError, UnicodeDecodeError):
        return None
    return None
