"""The currency's own refusals, by the policy in force: kept as they were and replayed, whatever the lists say since."""

from collections.abc import Iterator

import pytest

from contracts import ECASH, POLICY, Refusal, decode_refusal, load
from node.app.genesis_document import NetworkPlan, genesis_document, qbft_rules
from node.execution.engines import load_engine
from node.primitives.genesis import Genesis, parse_genesis
from node.primitives.transaction import Transaction
from node.primitives.types import Address
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import NOW, PAYEE, RICH, VALIDATOR, SoloNode, open_chain, payment

NO_RULE, DENY = 0, 4
PAYEE_DENIED = 21
SANCTIONED = b"sanctioned".ljust(32, b"\0")
GUARDIAN = Address(b"\x99" * 20)


@pytest.fixture(scope="module")
def genesis() -> Genesis:
    """The real suite, with the rich key as central bank."""
    plan = NetworkPlan(
        chain_id=7,
        validators=(VALIDATOR.address,),
        central_bank=RICH.address,
        guardian=GUARDIAN,
        timestamp=NOW - 1_000,
        rules=qbft_rules(block_period_ms=1_000, development=True),
        funded=(RICH.address,),
    )
    return parse_genesis(genesis_document(plan, load_engine("auto")))


class Ledger:
    """The rich key's calls, in blocks of several."""

    def __init__(self, genesis: Genesis, make_client: MakeClient) -> None:
        self.node = SoloNode(open_chain(genesis))
        self.client: Client = make_client(self.node)
        self.nonce = 0

    def calling(self, name: str, function: str, *arguments: object) -> Transaction:
        to = {"ecash": ECASH, "policy": POLICY}[name]
        data = load(name).encode_call(function, *arguments)
        self.nonce += 1
        return payment(self.nonce - 1, to=Address(to), value=0, gas=500_000, data=data)

    def paying(self) -> Transaction:
        return self.calling("ecash", "transfer", PAYEE, 10_00)

    def mine(self, *transactions: Transaction) -> None:
        for transaction in transactions:
            self.client.result("eth_sendRawTransaction", "0x" + transaction.raw.hex())
        self.node.mine()

    def refusal(self, method: str, transaction: Transaction) -> Refusal | None:
        """What is kept in that answer about the transaction; None where it was accepted."""
        answer = self.client.result(method, "0x" + transaction.hash.hex())
        assert (answer["status"] == "0x0") == ("revertReason" in answer)
        return decode_refusal(answer["revertReason"]) if "revertReason" in answer else None

    def version_before(self, block: int, index: int) -> int:
        """Of the policy, as a transaction there met it."""
        asked = {"to": "0x" + POLICY.hex(), "data": "0x" + load("policy").encode_call("version").hex()}
        answer = self.client.result("jiaozi_callBefore", asked, hex(block), hex(index))
        return int(answer, 16)


@pytest.fixture
def ledger(genesis: Genesis, make_client: MakeClient) -> Iterator[Ledger]:
    ledger = Ledger(genesis, make_client)
    ledger.mine(
        ledger.calling("ecash", "set_quota", RICH.address, 500_00),
        ledger.calling("ecash", "mint", RICH.address, 500_00),
        ledger.calling("policy", "open_list", SANCTIONED, RICH.address),
        ledger.calling("policy", "set_rule", 3, DENY, SANCTIONED),
        ledger.calling("policy", "set_list", SANCTIONED, PAYEE, True),
    )
    yield ledger
    ledger.node.close()


def test_a_refusal_keeps_the_rule_and_version_then_in_force(ledger: Ledger) -> None:
    block = [
        refused := ledger.paying(),
        ledger.calling("policy", "set_list", SANCTIONED, PAYEE, False),
        permitted := ledger.paying(),
        ledger.calling("policy", "set_rule", 3, NO_RULE, bytes(32)),
        ledger.calling("policy", "set_rule", 5, DENY, SANCTIONED),
        ledger.calling("policy", "set_list", SANCTIONED, PAYEE, True),
        refused_again := ledger.paying(),
    ]
    ledger.mine(*block)
    ledger.mine(ledger.calling("policy", "set_list", SANCTIONED, PAYEE, False), now_permitted := ledger.paying())

    first, then = ledger.version_before(2, block.index(refused)), ledger.version_before(2, block.index(refused_again))
    assert then == first + 4, "each change of list or rule is a version"
    expected = {
        refused: Refusal(PAYEE_DENIED, 3, first),
        permitted: None,
        refused_again: Refusal(PAYEE_DENIED, 5, then),
        now_permitted: None,
    }
    for transaction, refusal in expected.items():
        for method in ("eth_getTransactionReceipt", "jiaozi_replayTransaction"):
            assert ledger.refusal(method, transaction) == refusal, method


def test_the_same_payment_asked_at_each_index_meets_the_list_of_that_moment(ledger: Ledger) -> None:
    ledger.mine(ledger.paying(), ledger.calling("policy", "set_list", SANCTIONED, PAYEE, False))
    data = load("ecash").encode_call("transfer", PAYEE, 10_00)
    asked = {"from": "0x" + RICH.address.hex(), "to": "0x" + ECASH.hex(), "data": "0x" + data.hex()}
    version = ledger.version_before(2, 0)
    for index in (0, 1):
        error = ledger.client.call("jiaozi_callBefore", asked, "0x2", hex(index))["error"]
        assert decode_refusal(error["data"]) == Refusal(PAYEE_DENIED, 3, version)
    for answer in (
        ledger.client.result("jiaozi_callBefore", asked, "0x2", "0x2"),
        ledger.client.result("eth_call", asked, "latest"),
    ):
        assert load("ecash").decode_result("transfer", bytes.fromhex(answer[2:])) is True
