"""The way from a call to its outcome, at a node that behaves badly. Good behaviour is proven against a real one."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account

from contracts import ECASH, load
from wallet.addresses import checksummed

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
NEXT_NONCE = 4
REFERENCE = b"INV-7".ljust(32, b"\0")


class Chain:
    """A network with one token, answering as the test tells it; remembers the transaction it was sent."""

    def __init__(self, node: Any, refuse: Any, *, base_fee: str | None = "0x0") -> None:
        self.node, self.refuse = node, refuse
        self.sent: dict[str, Any] | None = None
        self.receipt: dict[str, Any] | None = {}
        self.nonces = {"latest": NEXT_NONCE, "pending": NEXT_NONCE}
        block = {"gasLimit": "0x1c9c380", "timestamp": "0x1"} | (
            {} if base_fee is None else {"baseFeePerGas": base_fee}
        )
        node.methods = {
            "eth_chainId": lambda _: hex(20200),
            "eth_getTransactionCount": lambda params: hex(self.nonces[params[1]]),
            "eth_getBlockByNumber": lambda _: block,
            "eth_gasPrice": lambda _: "0x9",
            "eth_maxPriorityFeePerGas": lambda _: "0x0",
            "eth_estimateGas": lambda _: "0x9c40",
            "eth_call": self._call,
            "eth_sendRawTransaction": self._send,
            "eth_getTransactionReceipt": lambda _: self._receipt(),
        }

    def fail(self, method: str, code: int, message: str, data: object = None) -> None:
        def refusing(_: Any) -> Any:
            raise self.refuse(code, message, data)

        self.node.methods[method] = refusing

    def _call(self, params: list[Any]) -> str:
        named = {
            "decimals": encode(["uint8"], [2]),
            "symbol": encode(["string"], ["JZ"]),
            "name": encode(["string"], ["Jiaozi"]),
        }
        selectors = {load("ecash").encode_call(name).hex(): answer for name, answer in named.items()}
        return "0x" + selectors[params[0]["data"].removeprefix("0x")].hex()

    def _send(self, params: list[Any]) -> str:
        from eth_account.typed_transactions import TypedTransaction
        from eth_utils.crypto import keccak
        from hexbytes import HexBytes

        raw = bytes.fromhex(params[0][2:])
        fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict() if raw[0] < 0x7F else {}
        self.sent = {**fields, "sender": Account.recover_transaction(raw)}
        return "0x" + keccak(raw).hex()

    def _receipt(self) -> Any:
        if self.receipt is None:
            return None
        topics = [load("ecash").event_topic("TransferWithMemo").hex()]
        topics += [bytes.fromhex(address[2:]).rjust(32, b"\0").hex() for address in (ALICE, BOB)]
        log = {
            "address": checksummed(ECASH),
            "topics": [f"0x{topic}" for topic in (*topics, REFERENCE.hex())],
            "data": "0x" + encode(["uint256"], [2500]).hex(),
        }
        plain = {
            "status": "0x1",
            "blockNumber": "0x10",
            "blockHash": "0x" + "bb" * 32,
            "gasUsed": "0x9000",
            "contractAddress": None,
            "logs": [log],
        }
        return {**plain, **self.receipt}


@pytest.fixture
def chain(foreign_node: Any, refuse: Any, desk: Any) -> Chain:
    desk.import_words(1)
    desk.environment["JIAOZI_RPC"] = foreign_node.url
    return Chain(foreign_node, refuse)


def pay(desk: Any, *flags: str) -> Any:
    return desk.run(
        "send", BOB, "25.00", "--memo", "INV-7", "--yes", "--password-file", str(desk.password_file), *flags
    )


def test_a_payment_is_said_sent_and_told(desk: Any, chain: Chain) -> None:
    ran = pay(desk)
    assert ran.code == 0, ran.err
    said = (
        f"Pay 25.00 JZ (Jiaozi) to {BOB} with reference 'INV-7', from {ALICE}, nonce 4, network 20200, "
        "gas limit 50,000, no fee."
    )
    assert ran.err.splitlines()[0] == said
    assert chain.sent is not None and chain.sent["sender"] == ALICE
    assert (chain.sent["nonce"], chain.sent["chainId"], chain.sent["maxFeePerGas"]) == (4, 20200, 0)
    assert bytes(chain.sent["data"]) == load("ecash").encode_call(
        "transfer_with_memo", bytes.fromhex(BOB[2:]), 2500, REFERENCE
    )
    assert "done in block 16" in ran.out and "memo 'INV-7', value 25.00 JZ" in ran.out


def test_json_is_one_document_with_the_events(desk: Any, chain: Chain) -> None:
    document = pay(desk, "--json").document
    assert (document["status"], document["block_number"], document["nonce"]) == ("done", 16, 4)
    assert document["events"][0]["arguments"]["value"] == 2500


def test_nonce_fees_and_simulation_come_in_one_round_trip(desk: Any, chain: Chain, foreign_node: Any) -> None:
    batches: list[list[str]] = []

    def counted(asked: Any) -> bytes:
        import json

        batches.append([request["method"] for request in asked])
        return json.dumps([foreign_node.answer(request) for request in asked]).encode()

    foreign_node.raw = counted
    assert pay(desk).code == 0
    assert [set(batch) for batch in batches] == [
        {"eth_call"},
        {
            "eth_chainId",
            "eth_getTransactionCount",
            "eth_getBlockByNumber",
            "eth_gasPrice",
            "eth_maxPriorityFeePerGas",
            "eth_estimateGas",
        },
        {"eth_sendRawTransaction"},
        {"eth_getTransactionCount", "eth_getTransactionReceipt"},
    ]


def test_what_would_fail_is_not_sent(desk: Any, chain: Chain) -> None:
    chain.fail("eth_estimateGas", 3, "execution reverted: ecash: money is frozen")
    ran = pay(desk)
    assert ran.code == 1 and chain.sent is None
    assert ran.err == "jiaozi-wallet: this would fail, so nothing was sent: ecash: money is frozen\n"


def test_on_a_terminal_only_yes_signs(desk: Any, chain: Chain) -> None:
    for answer in ("n\n", "\n", "", "yesterday\n"):
        ran = desk.run("send", BOB, "25.00", stdin=answer, secrets=("correct horse",))
        assert ran.code == 1 and "nothing was signed or sent" in ran.err and chain.sent is None
    ran = desk.run("send", BOB, "25.00", stdin="y\n", secrets=("correct horse",))
    assert ran.code == 0 and chain.sent is not None


def test_a_wrong_passphrase_signs_nothing(desk: Any, chain: Chain) -> None:
    ran = desk.run("send", BOB, "25.00", stdin="y\n", secrets=("wrong horse",))
    assert ran.code == 1 and "does not open account" in ran.err and chain.sent is None


def test_another_network_than_the_pinned_one_gets_nothing(desk: Any, chain: Chain) -> None:
    ran = pay(desk, "--chain-id", "1")
    assert ran.code == 1 and "on network 20200, not 1" in ran.err and chain.sent is None


def test_a_network_that_changes_under_the_wallet_gets_nothing(desk: Any, chain: Chain, foreign_node: Any) -> None:
    answers = iter(["0x1", hex(20200)])
    foreign_node.methods["eth_chainId"] = lambda _: next(answers)
    ran = pay(desk, "--chain-id", "1")
    assert ran.code == 1 and "on network 20200, not 1" in ran.err and chain.sent is None


def test_a_mined_failure_exits_1_with_the_reason_and_the_document(desk: Any, chain: Chain) -> None:
    chain.receipt = {"status": "0x0", "logs": []}
    chain.fail("eth_call", 3, "execution reverted: ecash: paused")
    chain.node.methods["eth_call"], failing = chain._call, chain.node.methods["eth_call"]
    chain.node.methods["eth_getTransactionReceipt"] = lambda _: _fail_from_now(chain, failing)
    ran = pay(desk, "--json")
    assert ran.code == 1 and "is in block 16 but changed nothing: ecash: paused" in ran.err
    assert (ran.document["status"], ran.document["reason"]) == ("reverted", "ecash: paused")


def _fail_from_now(chain: Chain, failing: Any) -> Any:
    chain.node.methods["eth_call"] = failing
    return chain._receipt()


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        ({"revertReason": "0x08c379a0" + encode(["string"], ["ecash: paused"]).hex()}, "ecash: paused"),
        ({"revertReason": "in plain words"}, "in plain words"),
        ({"gasUsed": hex(50_000)}, "it ran out of gas; send it again with a higher --gas-limit"),
    ],
)
def test_the_reason_of_a_mined_failure(desk: Any, chain: Chain, receipt: dict[str, str], reason: str) -> None:
    chain.receipt = {"status": "0x0", "logs": [], **receipt}
    ran = pay(desk)
    assert ran.code == 1 and ran.err.rstrip().endswith(f"changed nothing: {reason}")


def test_a_payment_in_no_block_can_be_taken_back(desk: Any, chain: Chain) -> None:
    chain.receipt = None
    ran = pay(desk, "--timeout", "5", "--json")
    assert ran.code == 1 and "jiaozi-wallet cancel 4" in ran.err
    assert ran.document["status"] == "waiting" and ran.document["transaction_hash"] in ran.err


def test_a_nonce_that_another_transaction_took_is_told(desk: Any, chain: Chain) -> None:
    chain.receipt = None
    chain.nonces["latest"] = NEXT_NONCE + 1
    ran = pay(desk, "--json")
    assert ran.code == 1 and "another transaction took nonce 4" in ran.err and ran.document["status"] == "replaced"


def test_without_waiting_the_hash_is_all(desk: Any, chain: Chain) -> None:
    chain.receipt = None
    ran = pay(desk, "--no-wait", "--json")
    assert ran.code == 0 and ran.document["status"] == "sent" and len(ran.document["transaction_hash"]) == 66


def test_contact_lost_while_sending_tells_the_hash(desk: Any, chain: Chain, hang: Any) -> None:
    def lose(_: Any) -> Any:
        raise hang

    chain.node.methods["eth_sendRawTransaction"] = lose
    ran = pay(desk, "--json")
    assert ran.code == 1 and "may have arrived" in ran.err
    assert ran.document["status"] == "unknown" and ran.document["transaction_hash"] in ran.err


def test_a_node_that_has_the_transaction_already_is_waited_for(desk: Any, chain: Chain) -> None:
    chain.fail("eth_sendRawTransaction", -32000, "already known")
    assert pay(desk).code == 0


def test_a_refused_transaction_says_what_to_do(desk: Any, chain: Chain) -> None:
    chain.fail("eth_sendRawTransaction", -32000, "replacement transaction underpriced")
    ran = pay(desk)
    assert ran.code == 1 and "jiaozi-wallet pending" in ran.err


def test_a_network_without_eip_1559_gets_a_legacy_transaction(desk: Any, foreign_node: Any, refuse: Any) -> None:
    desk.import_words(1)
    desk.environment["JIAOZI_RPC"] = foreign_node.url
    chain = Chain(foreign_node, refuse, base_fee=None)
    chain.fail("eth_maxPriorityFeePerGas", -32601, "no such method")
    ran = pay(desk)
    assert ran.code == 0 and "fee at most 0.00000000000045 ETH" in ran.err
    assert chain.sent == {"sender": ALICE}


def test_a_place_without_a_token_is_named(desk: Any, chain: Chain) -> None:
    chain.node.methods["eth_call"] = lambda _: "0x"
    ran = pay(desk, "--token", BOB)
    assert ran.code == 2 and f"no token at {BOB}" in ran.err


def test_the_coin_carries_no_reference(desk: Any, chain: Chain) -> None:
    ran = pay(desk, "--token", "eth")
    assert ran.code == 2 and "cannot travel with the network's own coin" in ran.err


# cancel and replace


def waiting(gas: int, **changes: str) -> dict[str, Any]:
    data = load("ecash").encode_call("transfer", bytes.fromhex(BOB[2:]), 2500)
    plain = {
        "hash": "0x" + "ab" * 32,
        "nonce": "0x2",
        "gas": hex(gas),
        "gasPrice": "0x0",
        "to": checksummed(ECASH),
        "input": "0x" + data.hex(),
        "value": "0x0",
    }
    return {"pending": {"2": {**plain, **changes}}, "queued": {}}


def change(desk: Any, *argv: str) -> Any:
    return desk.run(*argv, "--yes", "--password-file", str(desk.password_file))


def test_cancelling_outbids_by_gas_limit_where_gas_is_free(desk: Any, chain: Chain) -> None:
    chain.node.methods["txpool_contentFrom"] = lambda _: waiting(50_000)
    ran = change(desk, "cancel", "2")
    assert ran.code == 0, ran.err
    assert f"Waiting under nonce 2: Pay 25.00 JZ (Jiaozi) to {BOB}." in ran.err
    assert "Do nothing but use up the nonce" in ran.err
    assert chain.sent is not None and chain.sent["sender"] == ALICE
    assert (chain.sent["nonce"], chain.sent["gas"], chain.sent["maxFeePerGas"]) == (2, 50_001, 0)


def test_replacing_sends_the_same_again_with_a_better_offer(desk: Any, chain: Chain) -> None:
    content = waiting(60_000)
    chain.node.methods["txpool_contentFrom"] = lambda _: content
    assert change(desk, "replace", "2").code == 0
    assert chain.sent is not None and (chain.sent["nonce"], chain.sent["gas"]) == (2, 60_001)
    assert "0x" + bytes(chain.sent["data"]).hex() == content["pending"]["2"]["input"]


def test_replacing_by_another_payment(desk: Any, chain: Chain) -> None:
    chain.node.methods["txpool_contentFrom"] = lambda _: waiting(60_000)
    assert change(desk, "replace", "2", ALICE, "20.00").code == 0
    assert chain.sent is not None and chain.sent["nonce"] == 2
    assert bytes(chain.sent["data"]) == load("ecash").encode_call("transfer", bytes.fromhex(ALICE[2:]), 2000)


def test_what_is_in_a_block_cannot_be_taken_back(desk: Any, chain: Chain) -> None:
    chain.node.methods["txpool_contentFrom"] = lambda _: {"pending": {}, "queued": {}}
    ran = change(desk, "cancel", "3")
    assert ran.code == 1 and "is in a block and final" in ran.err
    ran = change(desk, "cancel", "4")
    assert ran.code == 1 and "no transaction with nonce 4 waits" in ran.err
    assert chain.sent is None


def test_at_a_node_that_hides_its_pool_twice_the_usual_is_offered(desk: Any, chain: Chain) -> None:
    chain.nonces["pending"] = NEXT_NONCE + 1
    ran = change(desk, "cancel", "4")
    assert ran.code == 0 and "does not show what waits" in ran.err
    assert chain.sent is not None and chain.sent["nonce"] == 4 and chain.sent["gas"] > 2 * 40_000
    ran = change(desk, "replace", "4")
    assert ran.code == 1 and "NONCE TO AMOUNT" in ran.err


def test_what_waits_is_listed_in_words(desk: Any, chain: Chain) -> None:
    chain.node.methods["txpool_contentFrom"] = lambda _: waiting(50_000)
    assert f"Pay 25.00 JZ (Jiaozi) to {BOB}" in desk.run("pending").out
    assert desk.run("pending", "--json").document["transactions"][0]["gas_limit"] == 50_000
    chain.node.methods["txpool_contentFrom"] = lambda _: {"pending": {}, "queued": {}}
    assert desk.run("pending").out == "nothing waits\n"
