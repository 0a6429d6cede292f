"""ethereum/tests GeneralStateTests: one transaction on a given state gives the given root and logs, or is refused."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from node.execution.engine import BlockEnvironment, Engine, Fork, Rules
from node.execution.errors import TransactionRefused
from node.primitives.errors import InvalidTransaction
from node.primitives.genesis import BlobSchedule, GenesisAccount
from node.primitives.hashing import keccak
from node.primitives.rlp import encode
from node.primitives.transaction import decode_transaction
from node.primitives.types import ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from node.state import TrieState, apply_diff, genesis_state

RULES = {
    "Cancun": Rules(chain_id=1, fork=Fork.CANCUN, blob_schedule=BlobSchedule(3, 6, 3_338_477)),
    "Prague": Rules(chain_id=1, fork=Fork.PRAGUE),
}


def test_every_case_gives_its_root_and_logs(
    state_tests: bytes, engine: Engine, memory_nodes: Callable[..., Any]
) -> None:
    cases = list(_cases(json.loads(state_tests)))
    if not cases:
        pytest.skip("no case of Cancun or Prague in this file")
    wrong = {
        f"{name}/{fork}/{index}": found
        for name, test, fork, index, case in cases
        if (found := _run(engine, memory_nodes, test, case, RULES[fork])) != _expected(case)
    }
    assert not wrong


def _cases(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, str, int, Any]]:
    for name, test in document.items():
        for fork in RULES:
            for index, case in enumerate(test["post"].get(fork, ())):
                yield name, test, fork, index, case


def _expected(case: Mapping[str, Any]) -> tuple[str, str, bool]:
    return case["hash"], case["logs"], "expectException" in case


def _run(
    engine: Engine, memory_nodes: Callable[..., Any], test: Mapping[str, Any], case: Mapping[str, Any], rules: Rules
) -> tuple[str, str, bool]:
    """State root, logs hash, and whether the transaction was refused."""
    update, code = genesis_state(_accounts(test["pre"]))
    nodes = memory_nodes(update, code)
    session = engine.begin(TrieState(nodes, update.root), _environment(test["env"]), rules)
    try:
        receipt = session.apply(decode_transaction(_bytes(case["txbytes"]))).receipt
        logs = [[log.address, list(log.topics), log.data] for log in receipt.logs]
        refused = False
    except (InvalidTransaction, TransactionRefused):
        logs, refused = [], True
    after = apply_diff(nodes, update.root, session.finish().diff)
    assert not refused or after.root == update.root, "a refused transaction changed the state"
    return f"0x{after.root.hex()}", f"0x{keccak(encode(logs)).hex()}", refused


def _accounts(pre: Mapping[str, Any]) -> Mapping[Address, GenesisAccount]:
    return {
        Address(_bytes(address)): GenesisAccount(
            Wei(_integer(entry["balance"])),
            _integer(entry["nonce"]),
            _bytes(entry["code"]),
            {_integer(slot): _integer(value) for slot, value in entry["storage"].items() if _integer(value)},
        )
        for address, entry in pre.items()
    }


def _environment(env: Mapping[str, str]) -> BlockEnvironment:
    return BlockEnvironment(
        number=BlockNumber(_integer(env["currentNumber"])),
        timestamp=_integer(env["currentTimestamp"]),
        coinbase=Address(_bytes(env["currentCoinbase"])),
        gas_limit=Gas(_integer(env["currentGasLimit"])),
        base_fee=Wei(_integer(env["currentBaseFee"])),
        prev_randao=Hash32(_bytes(env["currentRandom"])),
        excess_blob_gas=Gas(_integer(env.get("currentExcessBlobGas", "0x0"))),
        parent_hash=ZERO_HASH,
        parent_beacon_root=ZERO_HASH,
        block_hash=lambda number: keccak(str(number).encode()),
    )


def _integer(text: str) -> int:
    return int(text, 16)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
