"""The wallet's commands at a real node: chain, pool and JSON-RPC in this process, a block whenever a test wants one."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts import DIRECTORY, ECASH, ESCROW, load
from node.app.genesis_document import NetworkPlan, genesis_document, qbft_rules
from node.execution.engines import load_engine
from node.primitives.genesis import parse_genesis
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Gas, Wei
from node.rpc.server import RpcOptions, RpcServer
from tests.unit.node.rpc.solo import NOW, VALIDATOR, SoloNode, open_chain
from wallet.addresses import checksummed
from wallet.recovery import key_from_words

CHAIN_ID = 20200
WORDS = "test test test test test test test test test test test junk"
CENTRAL_BANK, BANK, ALICE, BOB, ARBITER = (PrivateKey(key_from_words(WORDS, index)) for index in range(5))
A, B = checksummed(ALICE.address), checksummed(BOB.address)
COUNTER_SOURCE = """
# pragma version 0.4.3
count: public(uint256)
event Started:
    by: indexed(address)
    count: uint256

@deploy
def __init__(start: uint256, name: String[16]):
    assert start > 0, "counter: starts above zero"
    self.count = start
    log Started(by=msg.sender, count=start)
"""


@dataclass(slots=True)
class Counter:
    """The wallet of Alice (0), Bob (1) and the arbiter (2), and the ledger they are on."""

    desk: Any
    node: SoloNode

    def run(self, *argv: str) -> Any:
        return self.desk.run(*argv)

    def sign(self, *argv: str, who: int = 0) -> Any:
        return self.desk.run(*argv, "--from", str(who), "--yes", "--password-file", str(self.desk.password_file))

    def done(self, *argv: str, who: int = 0) -> Any:
        ran = self.sign(*argv, "--json", who=who)
        assert ran.code == 0, ran.err
        return ran.document

    def balance(self, address: str) -> str:
        return str(self.run("balance", address, "--json").document["balances"][0]["balance"])

    def transact(self, key: PrivateKey, name: str, *arguments: object) -> None:
        """A call of the e-cash by somebody who is not at this desk."""
        self.call(key, ECASH, load("ecash").encode_call(name, *arguments))

    def call(self, key: PrivateKey, contract: bytes, data: bytes) -> None:
        account = self.node.chain.state(self.node.chain.head.header.number).account(key.address)
        unsigned = UnsignedTransaction(
            kind=TransactionKind.DYNAMIC_FEE,
            chain_id=CHAIN_ID,
            nonce=0 if account is None else account.nonce,
            gas=Gas(500_000),
            to=Address(contract),
            value=Wei(0),
            data=data,
        )
        self.node.submit(sign_transaction(unsigned, key)).result()
        self.node.mine()


@pytest.fixture
def counter(desk: Any) -> Iterator[Counter]:
    """Alice has 1,000.00 JZ, issued by the bank within its quota; the desk has her, Bob's and the arbiter's key."""
    people = (CENTRAL_BANK, BANK, ALICE, BOB, ARBITER)
    plan = NetworkPlan(
        chain_id=CHAIN_ID,
        validators=(VALIDATOR.address,),
        central_bank=CENTRAL_BANK.address,
        guardian=ARBITER.address,
        timestamp=NOW - 1_000,
        rules=qbft_rules(block_period_ms=1_000, development=True),
        funded=tuple(key.address for key in people),
    )
    node = SoloNode(open_chain(parse_genesis(genesis_document(plan, load_engine("pyevm")))))
    server = RpcServer(node, RpcOptions(port=0))
    server.start()
    desk.environment["JIAOZI_RPC"] = server.url
    password = str(desk.password_file)
    imported = desk.run(
        "import", "-", "--index", "2", "--count", "3", "--kdf", "light", "--password-file", password, stdin=WORDS
    )
    assert imported.code == 0, imported.err
    at = Counter(desk, node)
    at.transact(CENTRAL_BANK, "set_quota", BANK.address, 100_000)
    at.transact(BANK, "mint", ALICE.address, 100_000)
    node.mines_at_once = True
    yield at
    server.stop()
    node.close()


def test_a_payment_moves_the_money_and_its_reference(counter: Counter) -> None:
    document = counter.done("send", B, "25.00", "--memo", "INV-7")
    assert (document["status"], document["chain_id"]) == ("done", CHAIN_ID)
    events = {event["event"]: event["arguments"] for event in document["events"]}
    assert events["Transfer"] == {"sender": A, "receiver": B, "value": 2500}
    assert bytes.fromhex(events["TransferWithMemo"]["memo"][2:]).rstrip(b"\0") == b"INV-7"
    assert (counter.balance(A), counter.balance(B)) == ("975.00", "25.00")


def test_a_payment_in_the_networks_own_coin(counter: Counter) -> None:
    before = counter.run("balance", B, "--token", "eth", "--json").document["balances"][0]["balance_minor"]
    ran = counter.sign("send", B, "0.5", "--token", "eth")
    assert ran.code == 0 and f"Pay 0.5 ETH (the network's own coin) to {B}, from {A}" in ran.err
    after = counter.run("balance", B, "--token", "eth", "--json").document["balances"][0]["balance_minor"]
    assert after - before == 5 * 10**17


def test_what_the_contract_would_refuse_is_told_in_its_words_and_not_sent(counter: Counter) -> None:
    height = counter.node.chain.head.header.number
    for amount, to, reason in (
        ("1000.01", B, "more than the balance"),
        ("1", checksummed(ECASH), "nobody to pay"),
    ):
        ran = counter.sign("send", to, amount)
        assert ran.code == 1 and "nothing was sent" in ran.err and reason in ran.err
    assert counter.node.chain.head.header.number == height and len(counter.node.pool) == 0


def test_frozen_money_is_shown_as_such(counter: Counter) -> None:
    counter.transact(CENTRAL_BANK, "set_freezer", CENTRAL_BANK.address, True)
    counter.transact(CENTRAL_BANK, "freeze", ALICE.address, 40_000, b"\x01" * 32)
    ran = counter.run("balance", A)
    assert ran.out.splitlines()[0] == "1000.00 JZ, of which 400.00 JZ frozen"
    ran = counter.sign("send", B, "700")
    assert ran.code == 1 and "money is frozen" in ran.err


def test_a_payment_that_reverts_in_its_block_exits_1_with_the_reason(counter: Counter) -> None:
    """Two payments, each good alone, of more than there is together: the second fails when its turn comes."""
    counter.node.mines_at_once = False
    assert counter.sign("send", B, "600", "--no-wait").code == 0
    sent = counter.sign("send", B, "600", "--no-wait", "--json")
    assert sent.code == 0 and sent.document["nonce"] == 1
    counter.node.mines_at_once = True
    ran = counter.sign("send", B, "600", "--json")
    assert ran.code == 1 and "more than the balance" in ran.err
    assert counter.balance(B) == "600.00"


def test_a_waiting_payment_is_listed_and_cancelled_at_no_cost(counter: Counter) -> None:
    counter.node.mines_at_once = False
    assert counter.sign("send", B, "25", "--no-wait").code == 0
    listed = counter.run("pending", "--from", "0")
    assert "nonce 0  0x" in listed.out and f"Pay 25.00 JZ (Jiaozi) to {B}" in listed.out
    counter.node.mines_at_once = True
    document = counter.done("cancel", "0")
    assert (document["status"], document["nonce"], document["events"]) == ("done", 0, [])
    assert counter.balance(B) == "0.00"
    again = counter.sign("cancel", "0")
    assert again.code == 1 and "is in a block and final" in again.err


def test_a_waiting_payment_is_replaced_by_another(counter: Counter) -> None:
    counter.node.mines_at_once = False
    assert counter.sign("send", B, "25", "--no-wait").code == 0
    assert counter.sign("replace", "0", B, "20", "--no-wait").code == 0
    assert counter.sign("replace", "0", "--no-wait").code == 0
    assert len(counter.node.pool) == 1
    counter.node.mine()
    assert counter.balance(B) == "20.00"


def test_a_contract_is_deployed_with_its_arguments(counter: Counter, tmp_path: Path) -> None:
    source = tmp_path / "counter.vy"
    source.write_text(COUNTER_SOURCE)
    document = counter.done("deploy", str(source), "7", "first")
    (event,) = document["events"]
    assert (event["event"], event["arguments"]) == ("Started", {"by": A, "count": 7})
    assert event["contract"] == document["contract_address"]
    ran = counter.sign("deploy", str(source), "0", "first")
    assert ran.code == 1 and "counter: starts above zero" in ran.err
    for wrong in (("7",), ("7", "first", "second"), ("-1", "first"), ("seven", "first")):
        ran = counter.sign("deploy", str(source), *wrong)
        assert ran.code == 2 and "counter" in ran.err


def open_deal(counter: Counter, *flags: str) -> str:
    opened = counter.done("escrow", "open", B, "500", "--deadline", "+1h", *flags)
    return str(opened["deal_id"])


def shown(counter: Counter, deal: str) -> tuple[str, int, int, int]:
    document = counter.run("escrow", "show", deal, "--json").document
    return document["state"], document["held_minor"], document["paid_minor"], document["refunded_minor"]


def test_a_deal_from_opening_to_its_release_in_parts(counter: Counter) -> None:
    deal = open_deal(counter)
    assert shown(counter, deal) == ("open", 0, 0, 0)
    funded = counter.done("escrow", "fund", deal)
    assert [event["event"] for event in funded["allowance"]["events"]] == ["Approval"]
    assert "Funded" in [event["event"] for event in funded["events"]]
    assert shown(counter, deal) == ("funded", 50_000, 0, 0)
    counter.done("escrow", "release", deal, "120.50")
    assert shown(counter, deal) == ("funded", 37_950, 12_050, 0)
    counter.done("escrow", "release", deal)
    assert shown(counter, deal) == ("closed", 0, 50_000, 0)
    assert (counter.balance(A), counter.balance(B)) == ("500.00", "500.00")
    assert "state     closed" in counter.run("escrow", "show", deal).out


def test_a_deal_in_stages_is_submitted_rejected_approved_and_deemed_approved(counter: Counter) -> None:
    flags = ("--deadline", "+30d", "--review", "+1d")
    deal = str(counter.done("escrow", "open", B, "120.00,80.00", *flags)["deal_id"])
    assert counter.done("escrow", "fund", deal)["allowance"]["events"][0]["arguments"]["value"] == 12_000
    evidence = "0x" + "05" * 32
    counter.done("escrow", "submit", deal, "0", "--evidence", evidence, who=1)
    counter.done("escrow", "reject", deal, "0", "--reason", evidence)
    counter.done("escrow", "approve", deal, "0")
    assert shown(counter, deal) == ("funded", 0, 12_000, 0)
    counter.done("escrow", "fund", deal)
    ran = counter.sign("escrow", "fund", deal)
    assert ran.code == 1 and "escrow: not open" in ran.err
    counter.done("escrow", "submit", deal, "1", "--evidence", evidence, who=1)
    ran = counter.sign("escrow", "approve", deal, "1", "--deemed", who=1)
    assert ran.code == 1 and "escrow: review is not over" in ran.err
    assert (
        "stage 1   80.00 JZ, funded 80.00 JZ, released 0.00 JZ, under review" in counter.run("escrow", "show", deal).out
    )
    counter.node.increase_time(86_401).result()
    counter.node.mine()
    counter.done("escrow", "approve", deal, "1", "--deemed", who=1)
    assert shown(counter, deal) == ("closed", 0, 20_000, 0) and counter.balance(B) == "200.00"


def test_a_deal_that_is_refunded_by_its_payee(counter: Counter) -> None:
    deal = open_deal(counter)
    counter.done("escrow", "fund", deal)
    ran = counter.sign("escrow", "refund", deal)
    assert ran.code == 1 and "escrow: deadline has not passed" in ran.err
    counter.done("escrow", "refund", deal, who=1)
    assert shown(counter, deal) == ("closed", 0, 0, 50_000) and counter.balance(A) == "1000.00"


def test_anyone_empties_a_deal_after_its_deadline(counter: Counter) -> None:
    deal = open_deal(counter)
    counter.done("escrow", "fund", deal)
    counter.node.increase_time(3_700).result()
    counter.node.mine()
    counter.done("escrow", "exit", deal, who=2)
    assert counter.balance(A) == "1000.00"


def test_a_dispute_is_ruled_by_its_arbiter(counter: Counter) -> None:
    deal = open_deal(counter, "--arbiter", checksummed(ARBITER.address))
    counter.done("escrow", "fund", deal)
    counter.done("escrow", "dispute", deal, who=1)
    ran = counter.sign("escrow", "rule", deal, "100", who=1)
    assert ran.code == 1 and "escrow: not the arbiter" in ran.err
    counter.done("escrow", "rule", deal, "100", who=2)
    assert (counter.balance(A), counter.balance(B)) == ("900.00", "100.00")


def test_a_refused_payment_is_claimed_later(counter: Counter) -> None:
    """Escrow pays in a pause because it is a custodian; once it is none, the token refuses it."""
    deal = open_deal(counter)
    counter.done("escrow", "fund", deal)
    counter.transact(CENTRAL_BANK, "set_pauser", CENTRAL_BANK.address, True)
    counter.call(CENTRAL_BANK, DIRECTORY, load("directory").encode_call("set_custodian", ESCROW, False))
    counter.transact(CENTRAL_BANK, "pause")
    counter.done("escrow", "release", deal)
    assert counter.balance(B) == "0.00"
    counter.transact(CENTRAL_BANK, "unpause")
    claimed = counter.done("escrow", "claim", B)
    assert "ClaimPaid" in [event["event"] for event in claimed["events"]] and counter.balance(B) == "500.00"


def test_funding_is_refused_before_the_allowance_is_given(counter: Counter) -> None:
    deal = open_deal(counter)
    ran = counter.sign("escrow", "fund", deal, who=1)
    assert ran.code == 1 and "not the payer" in ran.err
    counter.done("send", B, "600")
    ran = counter.sign("escrow", "fund", deal)
    assert ran.code == 1 and "the account can pay 400.00 JZ, less than the 500.00 JZ" in ran.err
    unknown = counter.sign("escrow", "fund", "0x" + "99" * 32)
    assert unknown.code == 2 and "no deal has the id" in unknown.err


def test_the_bridge_reports_what_settled(counter: Counter) -> None:
    import io
    import json

    from bridge.cli import run

    counter.done("send", B, "25.00", "--memo", "INV-7")
    counter.done("send", B, "1.00")
    deal = open_deal(counter)
    counter.done("escrow", "fund", deal)
    counter.done("escrow", "release", deal, "80.00")
    environment = {"JIAOZI_RPC": counter.desk.environment["JIAOZI_RPC"]}

    def report(*argv: str) -> str:
        out, err = io.StringIO(), io.StringIO()
        assert run(["report", *argv], environment, out, err) == 0, err.getvalue()
        return out.getvalue()

    document = json.loads(report("--json"))
    assert document["payments"] == {"count": 1, "total_minor": 2500}
    assert document["payments_by_receiver"] == [{"receiver": B, "count": 1, "total_minor": 2500}]
    assert document["escrow_payouts"] == [{"token": checksummed(ECASH), "decimals": 2, "count": 1, "total_minor": 8000}]
    assert "25.00" in report() and "80.00" in report()
    rest = json.loads(report("--json", "--from-block", str(document["next_block"])))
    assert rest["payments"]["count"] == 0 and rest["escrow_payouts"] == []


def test_at_a_terminal_the_sentence_the_question_and_the_passphrase_come_in_turn(counter: Counter) -> None:
    """The real console: a process at a pseudo-terminal, typed at only once it has asked."""
    wallet = [sys.executable, "-c", "import sys; from wallet.cli import main; sys.exit(main())"]
    at_terminal = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    process = subprocess.Popen(
        [sys.executable, "-c", at_terminal, *wallet, "send", B, "25.00", "--from", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **counter.desk.environment},
    )
    assert process.stdin is not None and process.stdout is not None
    # So that a wallet which asks something else fails the test instead of waiting for it.
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    seen = bytearray()
    for asked, typed in ((b"[y/N] ", b"y\n"), (f"Passphrase of {A}: ".encode(), b"correct horse\n")):
        while asked not in seen:
            byte = process.stdout.read(1)
            assert byte, f"it ended instead of asking {asked!r}: {seen.decode()}"
            seen += byte
        process.stdin.write(typed)
        process.stdin.flush()
    seen += process.stdout.read()
    assert process.wait() == 0, seen.decode()
    watchdog.cancel()
    process.stdin.close()
    process.stdout.close()
    assert b"Pay 25.00 JZ (Jiaozi) to " in seen and b"correct horse" not in seen and counter.balance(B) == "25.00"
