"""Logs and filters over a chain whose every block but the first two counts once."""

import pytest

from node.primitives.types import Address
from node.rpc.errors import LimitExceeded, ServerError
from node.rpc.filters import Filters
from node.rpc.limits import Limits
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import SoloNode, deployment, payment

COUNTS = 5


def _word(value: int) -> str:
    return f"0x{value:064x}"


@pytest.fixture
def counter(client: Client, node: SoloNode) -> str:
    """The counter's address; block 1 deployed it and block n + 1 made it count to n."""
    deploying = deployment()
    client.result("eth_sendRawTransaction", "0x" + deploying.raw.hex())
    node.mine()
    address: str = client.result("eth_getTransactionReceipt", "0x" + deploying.hash.hex())["contractAddress"]
    for nonce in range(1, COUNTS + 1):
        _count(client, node, address, nonce)
    return address


def _count(client: Client, node: SoloNode, address: str, nonce: int) -> None:
    counting = payment(nonce, to=Address(bytes.fromhex(address[2:])), value=0, gas=100_000)
    client.result("eth_sendRawTransaction", "0x" + counting.raw.hex())
    node.mine()


def _topics(logs: list[dict[str, list[str]]]) -> list[int]:
    return [int(log["topics"][0], 16) for log in logs]


def test_logs_are_found_by_range_address_topic_and_block(client: Client, counter: str) -> None:
    everything = {"fromBlock": "0x0", "toBlock": "latest"}
    assert _topics(client.result("eth_getLogs", everything)) == [1, 2, 3, 4, 5]
    assert _topics(client.result("eth_getLogs", everything | {"address": counter, "topics": [_word(3)]})) == [3]
    assert _topics(client.result("eth_getLogs", everything | {"topics": [[_word(2), _word(4)]]})) == [2, 4]
    assert _topics(client.result("eth_getLogs", everything | {"topics": [None]})) == [1, 2, 3, 4, 5]
    assert client.result("eth_getLogs", everything | {"topics": [None, _word(1)]}) == []
    assert client.result("eth_getLogs", everything | {"address": "0x" + "00" * 20}) == []
    assert _topics(client.result("eth_getLogs", {"fromBlock": "0x3", "toBlock": "0x4"})) == [2, 3]
    assert _topics(client.result("eth_getLogs", {})) == [5]
    block_hash = client.result("eth_getBlockByNumber", "0x3", False)["hash"]
    assert _topics(client.result("eth_getLogs", {"blockHash": block_hash})) == [2]
    assert client.result("eth_getLogs", {"fromBlock": "0x64", "toBlock": "0xc8"}) == []


def test_a_receipts_logs_are_those_of_the_search(client: Client, counter: str) -> None:
    [found] = client.result("eth_getLogs", {"fromBlock": "0x2", "toBlock": "0x2"})
    receipt = client.result("eth_getTransactionReceipt", found["transactionHash"])
    assert receipt["logs"] == [found]


def test_searches_are_bounded_by_blocks_and_by_results(node: SoloNode, make_client: MakeClient, counter: str) -> None:
    narrow = make_client(node, limits=Limits(log_blocks=3))
    assert narrow.error("eth_getLogs", {"fromBlock": "0x0"})[0] == -32005
    few = make_client(node, limits=Limits(log_results=2))
    assert few.error("eth_getLogs", {"fromBlock": "0x0"})[0] == -32005


def test_a_filter_tells_of_each_log_once(client: Client, node: SoloNode, counter: str) -> None:
    name = client.result("eth_newFilter", {"address": counter})
    assert client.result("eth_getFilterChanges", name) == []
    _count(client, node, counter, COUNTS + 1)
    assert _topics(client.result("eth_getFilterChanges", name)) == [6]
    assert client.result("eth_getFilterChanges", name) == []
    assert client.result("eth_uninstallFilter", name) is True
    assert client.error("eth_getFilterChanges", name) == (-32000, "filter not found")


def test_a_filter_that_has_much_to_tell_does_so_in_parts(
    node: SoloNode, client: Client, make_client: MakeClient
) -> None:
    few = make_client(node, limits=Limits(log_results=2))
    name = few.result("eth_newBlockFilter")
    for _ in range(5):
        node.mine()
    told = [len(few.result("eth_getFilterChanges", name)) for _ in range(4)]
    assert told == [2, 2, 1, 0]


def test_a_block_filter_tells_hashes(client: Client, node: SoloNode) -> None:
    name = client.result("eth_newBlockFilter")
    node.mine()
    assert client.result("eth_getFilterChanges", name) == ["0x" + node.chain.head.hash.hex()]
    assert client.error("eth_getFilterLogs", name) == (-32000, "filter not found")


def test_filters_are_bounded_and_forgotten_when_idle() -> None:
    now = [0.0]
    filters = Filters(2, 10.0, lambda: now[0])
    first, second = filters.add(None, 0), filters.add(None, 0)
    with pytest.raises(LimitExceeded):
        filters.add(None, 0)
    now[0] = 9.0
    filters.get(second)
    now[0] = 11.0
    with pytest.raises(ServerError, match="filter not found"):
        filters.get(first)
    filters.add(None, 0)
    assert len(filters) == 2
