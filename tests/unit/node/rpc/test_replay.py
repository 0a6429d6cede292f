"""Why a payment failed: kept beside its receipt, and had again from the state that it met.

Slot 0 of the gate is a door. Called with nothing, it opens it; called with data, it gives that data back as its refusal
while the door is shut, and succeeds while it is open.
"""

import gc
import io

import pytest
from eth_abi.abi import encode as abi_encode

from node.chain.transfer import export_blocks, import_blocks
from node.primitives.hashing import keccak
from node.primitives.transaction import Transaction
from node.primitives.types import Address
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import RICH, SoloNode, deployment, development_genesis, open_chain, payment

GATE = bytes.fromhex(
    "36601057"  # CALLDATASIZE PUSH 0x10 JUMPI
    "6001600055"  # no data: slot 0 = 1
    "00"  # STOP
    "000000000000"
    "5b"  # 0x10: data
    "60005415601957"  # slot 0 is zero: to 0x19
    "00"  # else STOP
    "5b"  # 0x19
    "366000600037"  # CALLDATACOPY of all
    "366000fd"  # REVERT with it
)
REFUSED = keccak(b"Refused(uint256,uint256,uint256)")[:4] + abi_encode(["uint256"] * 3, [403, 7, 12])


def _hash(transaction: Transaction) -> str:
    return "0x" + transaction.hash.hex()


@pytest.fixture
def gate(client: Client, node: SoloNode) -> str:
    deploying = deployment(0, GATE)
    _mine(client, node, deploying)
    address: str = client.result("eth_getTransactionReceipt", _hash(deploying))["contractAddress"]
    return address


def _mine(client: Client, node: SoloNode, *transactions: Transaction) -> None:
    """All in one block, in order."""
    for transaction in transactions:
        client.result("eth_sendRawTransaction", "0x" + transaction.raw.hex())
    node.mine()


def _knock(nonce: int, gate: str, data: bytes, gas: int = 200_000) -> Transaction:
    return payment(nonce, to=Address(bytes.fromhex(gate[2:])), value=0, gas=gas, data=data)


def _receipt(client: Client, transaction: Transaction) -> dict[str, object]:
    receipt: dict[str, object] = client.result("eth_getTransactionReceipt", _hash(transaction))
    return receipt


def test_a_refusal_that_the_same_block_outdated_replays_as_it_was(client: Client, node: SoloNode, gate: str) -> None:
    refused, opening, passing = _knock(1, gate, REFUSED), _knock(2, gate, b""), _knock(3, gate, REFUSED)
    _mine(client, node, refused, opening, passing)
    node.mine()
    receipt = _receipt(client, refused)
    assert (receipt["status"], receipt["revertReason"]) == ("0x0", "0x" + REFUSED.hex())
    assert client.result("jiaozi_replayTransaction", _hash(refused)) == {
        "transactionHash": _hash(refused),
        "blockNumber": "0x2",
        "transactionIndex": "0x0",
        "status": "0x0",
        "gasUsed": receipt["gasUsed"],
        "output": "0x" + REFUSED.hex(),
        "revertReason": "0x" + REFUSED.hex(),
    }
    for later in (opening, passing):
        replayed = client.result("jiaozi_replayTransaction", _hash(later))
        assert (replayed["status"], replayed["output"]) == ("0x1", "0x")
        assert replayed["gasUsed"] == _receipt(client, later)["gasUsed"]
        assert "revertReason" not in replayed
        assert "revertReason" not in _receipt(client, later)


def test_a_call_sees_exactly_what_was_executed_before_an_index(client: Client, node: SoloNode, gate: str) -> None:
    _mine(client, node, _knock(1, gate, REFUSED), _knock(2, gate, b""))
    asked = {"to": gate, "data": "0x" + REFUSED.hex()}
    for index in ("0x0", "0x1"):
        error = client.call("jiaozi_callBefore", asked, "0x2", index)["error"]
        assert (error["code"], error["message"]) == (3, "execution reverted")
        assert error["data"] == "0x" + REFUSED.hex()
    assert client.result("jiaozi_callBefore", asked, "0x2", "0x2") == "0x"
    block_hash = client.result("eth_getBlockByNumber", "0x2", False)["hash"]
    assert client.result("jiaozi_callBefore", asked, {"blockHash": block_hash}, "0x2") == "0x"
    beyond = (-32602, "invalid argument 2: index: the block has 2 transactions")
    assert client.error("jiaozi_callBefore", asked, "0x2", "0x3") == beyond
    other_chain = (-32602, "chainId does not match node's (have=1, want=7)")
    assert client.error("jiaozi_callBefore", asked | {"chainId": "0x1"}, "0x2", "0x0") == other_chain


def test_replays_are_of_mined_transactions_only(client: Client) -> None:
    waiting = payment(0)
    client.result("eth_sendRawTransaction", "0x" + waiting.raw.hex())
    assert client.result("jiaozi_replayTransaction", _hash(waiting)) is None
    assert client.result("jiaozi_replayTransaction", "0x" + "ab" * 32) is None


@pytest.mark.parametrize("length", [1, 1023, 1024, 1025, 3000])
def test_the_first_kibibyte_of_a_refusal_is_kept_and_all_of_it_replays(
    client: Client, node: SoloNode, gate: str, length: int
) -> None:
    words = bytes(number % 251 for number in range(length))
    refused = _knock(1, gate, words)
    _mine(client, node, refused)
    assert _receipt(client, refused)["revertReason"] == "0x" + words[:1024].hex()
    replayed = client.result("jiaozi_replayTransaction", _hash(refused))
    assert (replayed["output"], replayed["revertReason"]) == ("0x" + words.hex(), "0x" + words[:1024].hex())


def test_what_halts_without_words_has_none(client: Client, node: SoloNode, gate: str) -> None:
    starved = _knock(1, gate, b"", gas=25_000)
    _mine(client, node, starved)
    receipt = _receipt(client, starved)
    assert (receipt["status"], receipt["gasUsed"]) == ("0x0", hex(25_000))
    assert "revertReason" not in receipt
    replayed = client.result("jiaozi_replayTransaction", _hash(starved))
    assert (replayed["status"], replayed["output"]) == ("0x0", "0x")
    assert "revertReason" not in replayed


def test_the_words_of_a_refusal_are_in_no_root(client: Client, node: SoloNode, gate: str) -> None:
    """Two blocks that differ in nothing but what a transaction was refused with have one receipts root."""
    roots = set()
    for nonce, words in ((1, b"\x01" * 40), (2, b"\x02" * 40)):
        _mine(client, node, _knock(nonce, gate, words))
        roots.add(client.result("eth_getBlockByNumber", "latest", False)["receiptsRoot"])
    assert len(roots) == 1


def test_a_node_that_imports_the_blocks_has_the_same_refusals(
    client: Client, node: SoloNode, gate: str, make_client: MakeClient
) -> None:
    _mine(client, node, _knock(1, gate, REFUSED), _knock(2, gate, b""))
    file = io.BytesIO(b"".join(export_blocks(node.chain, 0, node.chain.head.number)))
    other = SoloNode(open_chain(development_genesis()))
    assert import_blocks(other.chain, file, lambda number: None) == 2
    try:
        theirs = make_client(other)
        receipts = client.result("eth_getBlockReceipts", "latest")
        assert receipts[0]["revertReason"] == "0x" + REFUSED.hex()
        assert theirs.result("eth_getBlockReceipts", "latest") == receipts
        refused = receipts[0]["transactionHash"]
        ours = client.result("jiaozi_replayTransaction", refused)
        assert theirs.result("jiaozi_replayTransaction", refused) == ours
    finally:
        other.close()


def test_a_state_that_is_gone_replays_no_more_but_its_receipts_stay(make_client: MakeClient) -> None:
    pruned = SoloNode(open_chain(development_genesis(), archive=False, window=2))
    client = make_client(pruned)
    try:
        deploying = deployment(0, GATE)
        _mine(client, pruned, deploying)
        address = _receipt(client, deploying)["contractAddress"]
        assert isinstance(address, str)
        refused = _knock(1, address, REFUSED)
        _mine(client, pruned, refused)
        gc.collect()  # sessions are in cycles, and while one lives the state that it read is kept
        for nonce in range(2, 6):
            _mine(client, pruned, payment(nonce))
        assert _receipt(client, refused)["revertReason"] == "0x" + REFUSED.hex()
        code, message = client.error("jiaozi_replayTransaction", _hash(refused))
        assert (code, message.startswith("the state of block 1 is not kept")) == (-32000, True), message
    finally:
        pruned.close()


def test_who_calls_pays_nothing_in_the_past_either(client: Client, node: SoloNode, gate: str) -> None:
    before = client.result("eth_getBalance", "0x" + RICH.address.hex())
    client.result("jiaozi_callBefore", {"to": gate, "from": "0x" + RICH.address.hex()}, "0x1", "0x1")
    assert client.result("eth_getBalance", "0x" + RICH.address.hex()) == before
