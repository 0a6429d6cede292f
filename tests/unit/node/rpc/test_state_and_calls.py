"""Reading accounts and running contracts without a transaction."""

import pytest
from eth_abi.abi import encode as abi_encode

from node.primitives.hashing import keccak
from node.primitives.types import Address
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import COUNTER, NOW, PAYEE, RICH, SoloNode, deployment, forwarder, payment, reverter

SENDER = "0x" + RICH.address.hex()


def _deploy(client: Client, node: SoloNode, runtime: bytes, nonce: int = 0) -> str:
    deploying = deployment(nonce, runtime)
    client.result("eth_sendRawTransaction", "0x" + deploying.raw.hex())
    node.mine()
    address: str = client.result("eth_getTransactionReceipt", "0x" + deploying.hash.hex())["contractAddress"]
    return address


def _send(client: Client, node: SoloNode, nonce: int, to: str, gas: int) -> str:
    sent = payment(nonce, to=Address(bytes.fromhex(to[2:])), value=0, gas=gas)
    client.result("eth_sendRawTransaction", "0x" + sent.raw.hex())
    node.mine()
    status: str = client.result("eth_getTransactionReceipt", "0x" + sent.hash.hex())["status"]
    return status


def test_accounts_read_as_of_any_block(client: Client, node: SoloNode) -> None:
    client.result("eth_sendRawTransaction", "0x" + payment(value=5).raw.hex())
    node.mine()
    payee = "0x" + PAYEE.hex()
    assert client.result("eth_getBalance", payee) == "0x5"
    assert client.result("eth_getBalance", payee, "0x0") == "0x0"
    first_hash = client.result("eth_getBlockByNumber", "0x0", False)["hash"]
    assert client.result("eth_getBalance", payee, {"blockHash": first_hash}) == "0x0"
    assert client.result("eth_getTransactionCount", SENDER, "latest") == "0x1"
    assert client.result("eth_getAccountInfo", payee) == {"balance": "0x5", "nonce": "0x0", "code": "0x"}
    assert client.error("eth_getBalance", payee, "0x2") == (-32000, "header not found")


def test_the_pending_nonce_counts_what_waits(client: Client) -> None:
    client.result("eth_sendRawTransaction", "0x" + payment(0).raw.hex())
    client.result("eth_sendRawTransaction", "0x" + payment(1).raw.hex())
    assert client.result("eth_getTransactionCount", SENDER, "pending") == "0x2"
    assert client.result("eth_getTransactionCount", SENDER) == "0x0"


def test_storage_code_and_calls_of_a_deployed_contract(client: Client, node: SoloNode) -> None:
    address = _deploy(client, node, COUNTER)
    assert client.result("eth_getCode", address) == "0x" + COUNTER.hex()
    assert client.result("eth_call", {"to": address}) == "0x"
    assert client.result("eth_getStorageAt", address, "0x0") == "0x" + "00" * 32
    assert _send(client, node, 1, address, 100_000) == "0x1"
    assert client.result("eth_getStorageAt", address, "0x0") == "0x" + "00" * 31 + "01"
    assert client.result("eth_getStorageAt", address, "0x0", "0x1") == "0x" + "00" * 32


def test_pending_calls_run_as_the_next_block_with_the_time_now(client: Client, node: SoloNode) -> None:
    """TIMESTAMP and NUMBER, each in a word."""
    address = _deploy(client, node, bytes.fromhex("426000524360205260406000f3"))
    head_time = node.chain.head.header.timestamp
    client.result("evm_increaseTime", 1_000)
    assert client.result("eth_call", {"to": address}) == f"0x{head_time:064x}{1:064x}"
    assert client.result("eth_call", {"to": address}, "pending") == f"0x{NOW + 1_000:064x}{2:064x}"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (keccak(b"Error(string)")[:4] + abi_encode(["string"], ["not yours"]), "execution reverted: not yours"),
        (
            keccak(b"Panic(uint256)")[:4] + abi_encode(["uint256"], [0x11]),
            "execution reverted: arithmetic underflow or overflow",
        ),
        (
            keccak(b"Panic(uint256)")[:4] + abi_encode(["uint256"], [0x99]),
            "execution reverted: unknown panic code: 0x99",
        ),
        (keccak(b"Custom()")[:4], "execution reverted"),
        (keccak(b"Error(string)")[:4] + b"\xff" * 40, "execution reverted"),
        (b"", "execution reverted"),
    ],
)
def test_reverts_carry_their_data_and_its_meaning(client: Client, node: SoloNode, output: bytes, message: str) -> None:
    address = _deploy(client, node, reverter(output))
    for method in ("eth_call", "eth_estimateGas"):
        error = client.call(method, {"to": address})["error"]
        assert error == {"code": 3, "message": message, "data": "0x" + output.hex()}


def test_other_failures_are_named_and_have_no_data(client: Client, node: SoloNode) -> None:
    invalid = _deploy(client, node, b"\xfe")
    assert client.error("eth_call", {"to": invalid}) == (-32000, "invalid opcode: INVALID")
    spinning = _deploy(client, node, bytes.fromhex("5b600056"), nonce=1)
    assert client.error("eth_call", {"to": spinning, "gas": "0x186a0"}) == (-32000, "out of gas")
    code, message = client.error("eth_estimateGas", {"to": spinning, "gas": "0x186a0"})
    assert (code, message) == (-32000, "gas required exceeds allowance (100000)")
    code, message = client.error("eth_call", {"from": "0x" + PAYEE.hex(), "to": invalid, "value": "0x1"})
    assert code == -32000
    assert message.startswith("insufficient funds for gas * price + value")


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_an_estimate_suffices_and_is_not_wasteful(client: Client, node: SoloNode, depth: int) -> None:
    """Through `depth` contracts, each of which may pass on 63/64 of its gas (EIP-150)."""
    address = _deploy(client, node, COUNTER)
    for nonce in range(1, depth + 1):
        address = _deploy(client, node, forwarder(Address(bytes.fromhex(address[2:]))), nonce)
    estimated = int(client.result("eth_estimateGas", {"from": SENDER, "to": address}), 16)
    assert _send(client, node, depth + 1, address, estimated * 96 // 100) == "0x0"
    assert _send(client, node, depth + 2, address, estimated) == "0x1"


def test_a_plain_payment_costs_exactly_21000(client: Client) -> None:
    assert client.result("eth_estimateGas", {"from": SENDER, "to": "0x" + PAYEE.hex(), "value": "0x1"}) == "0x5208"


def test_a_deployment_can_be_estimated_with_the_estimate_sufficing(client: Client, node: SoloNode) -> None:
    deploying = deployment()
    estimated = client.result("eth_estimateGas", {"from": SENDER, "data": "0x" + deploying.data.hex()})
    exact = payment(to=None, value=0, data=deploying.data, gas=int(estimated, 16))
    client.result("eth_sendRawTransaction", "0x" + exact.raw.hex())
    node.mine()
    assert client.result("eth_getTransactionReceipt", "0x" + exact.hash.hex())["status"] == "0x1"


def test_a_call_for_another_chain_is_refused(client: Client) -> None:
    assert client.error("eth_call", {"to": SENDER, "chainId": "0x1"}) == (
        -32602,
        "chainId does not match node's (have=1, want=7)",
    )


def test_an_access_list_names_what_the_call_touches(client: Client, node: SoloNode) -> None:
    counter = _deploy(client, node, COUNTER)
    caller = _deploy(client, node, forwarder(Address(bytes.fromhex(counter[2:]))), nonce=1)
    found = client.result("eth_createAccessList", {"from": SENDER, "to": caller})
    assert found["accessList"] == [{"address": counter, "storageKeys": ["0x" + "00" * 32]}]
    assert "error" not in found


def test_a_zero_fee_network_prices_nothing(client: Client) -> None:
    assert client.result("eth_gasPrice") == "0x0"
    assert client.result("eth_maxPriorityFeePerGas") == "0x0"
    history = client.result("eth_feeHistory", 4, "latest", [50])
    assert history["baseFeePerGas"] == ["0x0", "0x0"]
    assert history["reward"] == [["0x0"]]


@pytest.mark.parametrize("block", [(), ("latest",), ("pending",)])
def test_an_estimate_knows_what_time_it_is(client: Client, node: SoloNode, block: tuple[str, ...]) -> None:
    """A deadline that passed since the head was made is one that has passed."""
    deadline = NOW + 100
    # PUSH4 deadline TIMESTAMP LT PUSH1 11 JUMPI STOP JUMPDEST PUSH0 PUSH0 REVERT
    address = _deploy(client, node, bytes.fromhex(f"63{deadline:08x}4210600b57005b5f5ffd"))
    call = {"from": SENDER, "to": address}
    assert client.error("eth_estimateGas", call, *block)[0] == 3
    client.result("evm_increaseTime", 100)
    assert int(client.result("eth_estimateGas", call, *block), 16) > 21_000
    assert client.error("eth_call", call, "latest")[0] == 3, "the head's time is the head's"
