"""The chain of execution-apis' rpc-compat fixtures: every block valid as it is, none once a field is altered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from rlp import codec

from node.execution.block import (
    assemble_block,
    child_environment,
    execute_block,
    rules_of,
    transactions_root,
    withdrawals_root,
)
from node.execution.engine import Engine
from node.execution.errors import BlockRefused
from node.primitives.block import Block, Header, Withdrawal, decode_block, encode_block
from node.primitives.genesis import ChainConfig, genesis_block, parse_genesis
from node.primitives.types import Address, Hash32
from node.state import TrieState, genesis_state

ANY_HASH = Hash32(b"\xab" * 32)
EXECUTION = {"state_root", "receipts_root", "gas_used", "bloom"}
"""Where a block shows that it was executed under something else than its header says."""

ALTERED: Mapping[str, Callable[[Header, Header], Any]] = {
    "parent_hash": lambda header, parent: ANY_HASH,
    "ommers_hash": lambda header, parent: ANY_HASH,
    "state_root": lambda header, parent: parent.state_root,
    "transactions_root": lambda header, parent: ANY_HASH,
    "receipts_root": lambda header, parent: ANY_HASH,
    "bloom": lambda header, parent: bytes(255) + bytes([header.bloom[-1] ^ 1]),
    "difficulty": lambda header, parent: 1,
    "number": lambda header, parent: header.number + 1,
    "gas_limit": lambda header, parent: header.gas_limit + header.gas_limit // 1024 + 1,
    "gas_used": lambda header, parent: header.gas_used + 1,
    "timestamp": lambda header, parent: parent.timestamp,
    "extra_data": lambda header, parent: bytes(33),
    "nonce": lambda header, parent: bytes(7) + b"\x01",
    "base_fee": lambda header, parent: header.base_fee + 1,
    "withdrawals_root": lambda header, parent: ANY_HASH,
    "blob_gas_used": lambda header, parent: header.blob_gas_used + 131_072,
    "excess_blob_gas": lambda header, parent: header.excess_blob_gas + 1,
    "requests_hash": lambda header, parent: ANY_HASH,
}
EXECUTED: Mapping[str, Callable[[Header], Any]] = {
    "coinbase": lambda header: Address(b"\xcc" * 20),
    "parent_beacon_root": lambda header: ANY_HASH,
    "timestamp": lambda header: header.timestamp + 1,
}
"""Fields a proposer is free in: any value makes a block, but another state."""


@dataclass(frozen=True)
class Step:
    """A block with its parent and the database as it was before it."""

    parent: Header
    block: Block
    nodes: Any
    block_hash: Callable[[int], Hash32]


@dataclass(frozen=True)
class ForeignChain:
    config: ChainConfig
    steps: tuple[Step, ...]


@pytest.fixture
def chain(rpc_compat: Mapping[str, bytes], engine: Engine, memory_nodes: Callable[..., Any]) -> ForeignChain:
    """Every block executed once on the way."""
    genesis = parse_genesis(json.loads(rpc_compat["genesis.json"]))
    update, code = genesis_state(genesis.alloc)
    parent = genesis_block(genesis, update.root).header
    nodes = memory_nodes(update, code)
    hashes = {0: parent.hash}
    steps = []
    for block in _blocks(rpc_compat["chain.rlp"]):
        before = memory_nodes(update, code)
        before.nodes, before.codes = dict(nodes.nodes), dict(nodes.codes)
        steps.append(Step(parent, block, before, hashes.__getitem__))
        executed = execute_block(engine, nodes, parent, block, genesis.config, hashes.__getitem__)
        nodes.commit(executed.update, executed.result.diff.code)
        hashes[block.number] = block.hash
        parent = block.header
    return ForeignChain(genesis.config, tuple(steps))


def test_every_block_is_valid_and_its_bytes_round_trip(chain: ForeignChain) -> None:
    assert chain.steps
    for step in chain.steps:
        assert decode_block(encode_block(step.block)) == step.block


def test_a_builder_given_the_same_transactions_makes_the_same_header(chain: ForeignChain, engine: Engine) -> None:
    for step in chain.steps:
        header = step.block.header
        environment = child_environment(
            step.parent,
            chain.config,
            coinbase=header.coinbase,
            timestamp=header.timestamp,
            block_hash=step.block_hash,
            gas_limit=header.gas_limit,
            prev_randao=header.mix_hash,
            parent_beacon_root=header.parent_beacon_root,
        )
        session = engine.begin(TrieState(step.nodes, step.parent.state_root), environment, rules_of(chain.config))
        for transaction in step.block.transactions:
            session.apply(transaction)
        result = session.finish(step.block.withdrawals)
        made = assemble_block(
            step.nodes,
            step.parent,
            environment,
            step.block.transactions,
            result,
            header.extra_data,
            step.block.withdrawals,
        )
        assert made.block.header == header
        assert made.block.hash == step.block.hash


def test_every_field_of_the_header_has_its_case() -> None:
    assert {*ALTERED, *EXECUTED, "mix_hash"} == {field.name for field in fields(Header)}


def test_an_altered_field_is_refused_by_its_name(chain: ForeignChain, engine: Engine) -> None:
    for step in chain.steps:
        for field, alter in ALTERED.items():
            altered = replace(step.block.header, **{field: alter(step.block.header, step.parent)})
            assert _refusal(chain, engine, step, replace(step.block, header=altered)) == field


def test_what_a_proposer_may_choose_still_binds_the_state(chain: ForeignChain, engine: Engine) -> None:
    for step in chain.steps:
        for field, alter in EXECUTED.items():
            altered = replace(step.block.header, **{field: alter(step.block.header)})
            assert altered.hash != step.block.hash
            assert _refusal(chain, engine, step, replace(step.block, header=altered)) in EXECUTION


def test_randomness_is_free_but_makes_another_block(chain: ForeignChain, engine: Engine) -> None:
    """No contract of this chain reads it, so only the hash tells: the next block would not fit."""
    for step, following in zip(chain.steps, chain.steps[1:], strict=False):
        altered = replace(step.block, header=replace(step.block.header, mix_hash=ANY_HASH))
        assert _refusal(chain, engine, step, altered) is None
        assert altered.hash != following.block.header.parent_hash


def test_a_header_before_prague_is_refused(chain: ForeignChain, engine: Engine) -> None:
    step = chain.steps[0]
    altered = replace(step.block.header, requests_hash=None)
    assert _refusal(chain, engine, step, replace(step.block, header=altered)) == "requests_hash"


def test_transactions_in_another_order_are_refused(chain: ForeignChain, engine: Engine) -> None:
    for step in chain.steps:
        swapped = tuple(reversed(step.block.transactions))
        if swapped == step.block.transactions:
            continue
        assert _refusal(chain, engine, step, replace(step.block, transactions=swapped)) == "transactions_root"
        header = replace(step.block.header, transactions_root=transactions_root(swapped))
        refusal = _refusal(chain, engine, step, Block(header, swapped, step.block.withdrawals))
        assert refusal in {f"transactions[{index}]" for index in range(len(swapped))} | EXECUTION


def test_a_withdrawal_too_many_is_refused(chain: ForeignChain, engine: Engine) -> None:
    for step in chain.steps:
        more = (*step.block.withdrawals, Withdrawal(99, 1, Address(b"\xdd" * 20), 7))
        assert _refusal(chain, engine, step, replace(step.block, withdrawals=more)) == "withdrawals_root"
        header = replace(step.block.header, withdrawals_root=withdrawals_root(more))
        assert _refusal(chain, engine, step, Block(header, step.block.transactions, more)) == "state_root"


def _refusal(chain: ForeignChain, engine: Engine, step: Step, block: Block) -> str | None:
    """The field that a refusal names; None where the block is valid."""
    try:
        execute_block(engine, step.nodes, step.parent, block, chain.config, step.block_hash)
    except BlockRefused as refusal:
        return refusal.field
    return None


def _blocks(raw: bytes) -> list[Block]:
    blocks, at = [], 0
    while at < len(raw):
        _, _, end = codec.consume_item(raw, at)
        blocks.append(decode_block(raw[at:end]))
        at = end
    return blocks
