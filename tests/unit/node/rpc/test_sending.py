"""The ways in for transactions, and what one sees of those that wait."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest

from node.pool.pool import Pool
from node.rpc.limits import Limits
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import PAYEE, RICH, SoloNode, payment

T = TypeVar("T")

RAW = "0x" + payment().raw.hex()
HASH = "0x" + payment().hash.hex()


def test_a_sent_transaction_waits_then_has_a_receipt(client: Client, node: SoloNode) -> None:
    assert client.result("eth_sendRawTransaction", RAW) == HASH
    waiting = client.result("eth_getTransactionByHash", HASH)
    assert (waiting["hash"], waiting["blockHash"], waiting["blockNumber"]) == (HASH, None, None)
    assert client.result("eth_getTransactionReceipt", HASH) is None
    node.mine()
    assert client.result("eth_getTransactionByHash", HASH)["blockNumber"] == "0x1"
    assert client.result("eth_getTransactionReceipt", HASH)["status"] == "0x1"
    assert client.result("eth_getRawTransactionByHash", HASH) == RAW


@pytest.mark.parametrize(
    ("transaction", "words"),
    [
        (payment(), "already known"),
        (payment(value=2), "replacement transaction underpriced"),
        (payment(chain_id=8), "invalid chain id for signer"),
        (payment(1, gas=20_000), "intrinsic gas too low"),
        (payment(1, value=10**30), "insufficient funds for gas * price + value"),
    ],
)
def test_refusals_are_in_geths_words(client: Client, transaction: Any, words: str) -> None:
    client.result("eth_sendRawTransaction", RAW)
    code, message = client.error("eth_sendRawTransaction", "0x" + transaction.raw.hex())
    assert code == -32000
    assert message.startswith(words)


def test_a_mined_nonce_is_too_low(client: Client, node: SoloNode) -> None:
    client.result("eth_sendRawTransaction", RAW)
    node.mine()
    code, message = client.error("eth_sendRawTransaction", "0x" + payment(value=2).raw.hex())
    assert code == -32000
    assert message.startswith("nonce too low")


def test_sending_synchronously_answers_the_receipt(client: Client, node: SoloNode) -> None:
    node.mines_at_once = True
    receipt = client.result("eth_sendRawTransactionSync", RAW)
    assert receipt == client.result("eth_getTransactionReceipt", HASH)
    assert len(client.service.waiters) == 0


def test_sending_synchronously_times_out_with_the_hash(client: Client, node: SoloNode) -> None:
    error = client.call("eth_sendRawTransactionSync", RAW, "0x1")["error"]
    assert (error["code"], error["data"]) == (4, HASH)
    assert len(client.service.waiters) == 0
    node.mine()
    assert client.result("eth_getTransactionReceipt", HASH)["status"] == "0x1"


def test_what_the_pool_refuses_leaves_no_waiter(client: Client) -> None:
    assert client.error("eth_sendRawTransactionSync", "0x" + payment(chain_id=8).raw.hex(), 5)[0] == -32000
    assert len(client.service.waiters) == 0


def test_waiters_are_bounded(node: SoloNode, make_client: MakeClient) -> None:
    client = make_client(node, limits=Limits(receipt_waiters=1))

    async def two_at_once() -> list[dict[str, Any]]:
        calls = [
            {
                "jsonrpc": "2.0",
                "id": n,
                "method": "eth_sendRawTransactionSync",
                "params": ["0x" + payment(n).raw.hex(), 50],
            }
            for n in range(2)
        ]
        answers = await asyncio.gather(*(client.http.post("/", json=call) for call in calls))
        return [answer.json()["error"] for answer in answers]

    assert sorted(error["code"] for error in client.run(two_at_once())) == [-32005, 4]


def test_what_is_mined_while_we_ask_is_not_lost_from_sight(client: Client, node: SoloNode) -> None:
    """A payment that leaves the pool for a block between two looks is neither unknown nor its nonce free."""
    client.result("eth_sendRawTransaction", RAW)
    ask_pool = node.ask_pool

    def mine_first(question: Callable[[Pool], T]) -> Future[T]:
        node.mine()
        return ask_pool(question)

    node.ask_pool = mine_first  # type: ignore[method-assign]  # the worst moment, made certain
    assert client.result("eth_getTransactionByHash", HASH)["blockNumber"] == "0x1"
    client.result("eth_sendRawTransaction", "0x" + payment(1).raw.hex())
    assert client.result("eth_getTransactionCount", "0x" + RICH.address.hex(), "pending") == "0x2"


def test_the_pool_says_why_each_transaction_waits(client: Client) -> None:
    client.result("eth_sendRawTransaction", RAW)
    client.result("eth_sendRawTransaction", "0x" + payment(2).raw.hex())
    assert client.result("txpool_status") == {"pending": "0x1", "queued": "0x1"}
    content = client.result("txpool_contentFrom", "0x" + RICH.address.hex())
    assert content["pending"]["0"]["hash"] == HASH
    assert "waits for nonce 1" in content["queued"]["2"]["reason"]
    [sender] = client.result("txpool_content")["pending"]
    assert sender.lower() == "0x" + RICH.address.hex()
    summary = client.result("txpool_inspect")["queued"][sender]["2"]
    assert summary.lower().startswith(f"0x{PAYEE.hex()}: 1 wei + 21000 gas")
    assert "waits for nonce 1" in summary
