"""Prices on a network with EIP-1559's base fee."""

import pytest

from tests.unit.node.rpc.conftest import MakeClient, MakeNode
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import SoloNode, payment

GWEI = 10**9


@pytest.fixture
def priced_node(make_node: MakeNode) -> SoloNode:
    return make_node(zeroBaseFee=False)


@pytest.fixture
def priced(priced_node: SoloNode, make_client: MakeClient) -> Client:
    return make_client(priced_node)


def _mine_with_tips(client: Client, node: SoloNode, tips: list[int]) -> None:
    for nonce, tip in enumerate(tips):
        sent = payment(nonce, max_fee=10 * GWEI, max_priority_fee=tip)
        client.result("eth_sendRawTransaction", "0x" + sent.raw.hex())
    node.mine()


def test_the_price_is_the_next_base_fee_and_what_others_tipped(priced: Client, priced_node: SoloNode) -> None:
    assert priced.result("eth_maxPriorityFeePerGas") == "0x0"
    _mine_with_tips(priced, priced_node, [3 * GWEI, 2 * GWEI, 1 * GWEI])
    tip = int(priced.result("eth_maxPriorityFeePerGas"), 16)
    assert tip == 2 * GWEI
    next_base_fee = int(priced.result("eth_feeHistory", 1, "latest")["baseFeePerGas"][1], 16)
    assert next_base_fee < GWEI, "a block that is nearly empty lowers it"
    assert int(priced.result("eth_gasPrice"), 16) == next_base_fee + tip


def test_the_fee_history_weighs_tips_by_gas(priced: Client, priced_node: SoloNode) -> None:
    _mine_with_tips(priced, priced_node, [3 * GWEI, 2 * GWEI, 1 * GWEI])
    history = priced.result("eth_feeHistory", "0x5", "latest", [0, 34, 100])
    assert history["oldestBlock"] == "0x0"
    assert history["reward"] == [["0x0"] * 3, [hex(GWEI), hex(2 * GWEI), hex(3 * GWEI)]]
    assert history["gasUsedRatio"] == [0.0, 63_000 / 30_000_000]
    assert len(history["baseFeePerGas"]) == 3
    assert priced.result("eth_feeHistory", 0, "latest") == {"oldestBlock": "0x0", "gasUsedRatio": []}


def test_a_fee_below_the_base_fee_is_refused_as_geth_does(priced: Client) -> None:
    code, message = priced.error("eth_call", {"to": "0x" + "44" * 20, "maxFeePerGas": "0x1"})
    assert code == -32000
    assert message.startswith("max fee per gas less than block base fee")


def test_an_estimate_is_bounded_by_what_the_sender_can_pay(priced: Client) -> None:
    poor = {"from": "0x" + "55" * 20, "to": "0x" + "44" * 20, "maxFeePerGas": hex(2 * GWEI)}
    assert priced.error("eth_estimateGas", poor) == (-32000, "gas required exceeds allowance (0)")
    assert priced.error("eth_estimateGas", poor | {"value": "0x1"}) == (-32000, "insufficient funds for transfer")
