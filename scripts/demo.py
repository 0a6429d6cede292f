"""The story of one payment network, told while it happens: four validators, a central bank, two banks, people.

Real processes, real consensus; every step goes through JSON-RPC and is checked on chain. Exit code 0 means that all
of it held.
"""

import argparse
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contracts import ECASH, ESCROW, load
from contracts.examples import receivable_financing
from contracts.examples.town import DevelopmentNetwork, Town
from scripts.network import (
    Client,
    Network,
    Payer,
    RpcError,
    development_network,
    supply_identity,
    to_hex,
    token_holders,
)

BLOCK_PERIOD_MS = 200
PAYMENTS = 60
HOUR_S = 3600


@dataclass
class Story:
    """Who is who, and what was measured."""

    network: Network
    client: Client
    payments: int = 0
    finality_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ecash, self.escrow = load("ecash"), load("escrow")
        people = [self.network.payer(index) for index in range(9)]
        self.central_bank, *self.banks = people[:3]
        self.citizens = people[3:7]
        self.shop, self.seller = people[7:]

    def do(self, who: Payer, contract: bytes, function: str, *arguments: object) -> dict[str, Any]:
        """A call of a contract, until it is final. Raises where it fails."""
        artifact = self.ecash if contract == ECASH else self.escrow
        raw = who.sign(contract, artifact.encode_call(function, *arguments))
        began = time.monotonic()
        receipt: dict[str, Any] = self.client.call("eth_sendRawTransactionSync", raw)
        self.finality_ms.append((time.monotonic() - began) * 1000)
        self.payments += 1
        if receipt["status"] != "0x1":
            raise AssertionError(f"{function} failed in block {receipt['blockNumber']}")
        return receipt

    def balance(self, who: Payer) -> int:
        return int(self.client.read(self.ecash, ECASH, "balanceOf", who.address))


def main() -> int:
    parser = argparse.ArgumentParser(description="Shows a Jiaozi network at work.")
    parser.add_argument("--keep", action="store_true", help="leave the network running at the end")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jiaozi-demo-"))
    say("1", f"Four validators start, each a process of its own, in {folder}")
    began = time.monotonic()
    with development_network(folder / "net", block_period_ms=BLOCK_PERIOD_MS, keep=arguments.keep) as network:
        story = Story(network, network.client())
        note(f"up in {time.monotonic() - began:.1f} s; chain {network.chain_id}; JSON-RPC at {', '.join(network.urls)}")
        tell(story)
        figures(story, time.monotonic() - began)
        where_to_look(network, keep=arguments.keep)
    return 0


def tell(story: Story) -> None:
    issue(story)
    pay(story)
    release_an_escrow(story)
    refund_an_escrow(story)
    lose_a_validator(story)
    finance_an_order(story)
    audit(story)


def issue(story: Story) -> None:
    say("2", "The central bank grants quotas; two commercial banks issue to their customers")
    for bank, quota in zip(story.banks, (5_000_000_00, 3_000_000_00), strict=True):
        story.do(story.central_bank, ECASH, "set_quota", bank.address, quota)
        note(f"bank {short(bank.address)} may issue {money(quota)}")
    for index, citizen in enumerate(story.citizens):
        story.do(story.banks[index % 2], ECASH, "mint", citizen.address, 10_000_00)
    note(f"{len(story.citizens)} citizens hold {money(10_000_00)} each")
    try:
        story.client.call(
            "eth_call",
            {
                "from": to_hex(story.banks[1].address),
                "to": to_hex(ECASH),
                "data": to_hex(story.ecash.encode_call("mint", story.shop.address, 9_000_000_00)),
            },
            "latest",
        )
    except RpcError as refusal:
        check("over the quota" in refusal.message, f"the refusal is the quota's, not {refusal}")
        note(f"issuing past the quota is refused: {refusal.message}")
    else:
        raise AssertionError("a bank could issue past its quota")


def pay(story: Story) -> None:
    say("3", f"{PAYMENTS} payments to the shop and between citizens, each with a payment reference")
    for index in range(PAYMENTS):
        payer = story.citizens[index % len(story.citizens)]
        payee = story.shop if index % 3 else story.citizens[(index + 1) % len(story.citizens)]
        reference = f"INV-{index:05}".encode().ljust(32, b"\0")
        story.do(payer, ECASH, "transfer_with_memo", payee.address, 12_34 + index, reference)
    note(f"the shop has {money(story.balance(story.shop))}")


def release_an_escrow(story: Story) -> None:
    say("4", "A buyer funds an escrow; the goods arrive; the buyer releases it")
    buyer = story.citizens[0]
    deal = open_deal(story, buyer, 250_00)
    before = story.balance(story.seller)
    story.do(buyer, ESCROW, "release", deal, 250_00)
    check(story.balance(story.seller) - before == 250_00, "the seller got what was agreed")
    note(f"escrow {to_hex(deal)[:14]}..: {money(250_00)} moved from custody to the seller")


def refund_an_escrow(story: Story) -> None:
    say("5", "A second escrow: the seller disappears, the deadline passes, anyone may send the money home")
    buyer = story.citizens[1]
    before = story.balance(buyer)
    deal = open_deal(story, buyer, 400_00)
    check(story.balance(buyer) == before - 400_00, "the money is in custody")
    story.client.call("evm_increaseTime", HOUR_S + 60)
    story.do(story.shop, ESCROW, "exit", deal)
    check(story.balance(buyer) == before, "the buyer has it all back")
    note(f"an hour later (development clock) a stranger called exit: {money(400_00)} went back to the buyer")


def open_deal(story: Story, buyer: Payer, amount: int) -> bytes:
    """Opened and funded; its id."""
    now = int(story.client.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    deal = bytes(story.client.read(story.escrow, ESCROW, "next_id", buyer.address))
    terms = (story.seller.address, bytes(20), ECASH, amount, now + HOUR_S, bytes(32))
    story.do(buyer, ESCROW, "open", *terms)
    story.do(buyer, ECASH, "approve", ESCROW, amount)
    story.do(buyer, ESCROW, "fund", deal)
    check(story.client.read(story.escrow, ESCROW, "held", deal) == amount, "the escrow holds the amount")
    return deal


def lose_a_validator(story: Story) -> None:
    say("6", "Validator 4 is killed with -9 while payments go on, and comes back")
    network = story.network
    network.signal(3, signal.SIGKILL)
    began = time.monotonic()
    slowest = 0.0
    for index in range(20):
        story.do(story.citizens[index % 4], ECASH, "transfer", story.shop.address, 1_00)
        slowest = max(slowest, story.finality_ms[-1])
    note(f"20 payments in {time.monotonic() - began:.1f} s with three of four, the slowest took {slowest:.0f} ms")
    network.restart(3)
    network.wait_until_listening(3)
    back = time.monotonic()
    returned = network.client(3)
    while returned.block_number() < story.client.block_number():
        limit(back, 30, "the validator did not catch up")
    note(f"back and caught up with block {returned.block_number()} in {time.monotonic() - back:.1f} s")
    while not votes(story, 3):
        story.do(story.citizens[0], ECASH, "transfer", story.shop.address, 1)
        limit(back, 60, "the validator did not vote again")
    note("its seal stands in a commit certificate again")


def votes(story: Story, index: int) -> bool:
    """Whether the validator sealed the head."""
    status = story.network.client(index).call("qbft_status")
    own = next(entry["address"] for entry in status["validators"] if entry["self"])
    certificate = story.client.call("qbft_getCommitCertificate", "latest")
    return own in certificate["sealers"]


def finance_an_order(story: Story) -> None:
    say("7", "A supply-chain order: delivered, matched three ways, made a receivable, financed, and paid once")
    receivable_financing.story(Town(DevelopmentNetwork(story.network.urls[0]), say=note))


def audit(story: Story) -> None:
    say("8", "The supply identity, read from every validator")
    holders = sorted(token_holders(story.client))
    head = story.client.block_number()
    for index in range(len(story.network.validators)):
        client = story.network.client(index)
        began = time.monotonic()
        while client.block_number() < head:
            limit(began, 20, f"validator {index + 1} did not reach block {head}")
        balances, minted, burned = supply_identity(client, holders)
        check(balances == minted - burned, f"balances {balances} = minted {minted} - burned {burned}")
        identity = f"{money(balances)} held by {len(holders)} = {money(minted)} minted - {money(burned)} burned"
        note(f"validator {index + 1}: {identity}")


def figures(story: Story, seconds: float) -> None:
    ordered = sorted(story.finality_ms)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    say("*", "In figures")
    blocks = story.client.block_number()
    note(f"{story.payments} transactions timed, one after the other; {blocks} blocks, {seconds:.1f} s in all")
    note(f"finality, from sending to receipt: median {statistics.median(ordered):.0f} ms, p99 {p99:.0f} ms")
    note(f"(blocks every {BLOCK_PERIOD_MS} ms when there is something to put in one)")


def where_to_look(network: Network, *, keep: bool) -> None:
    say("*", "Where to look")
    note("README.md             the map of the house, and one payment's way through it")
    note("docs/contracts/       a page for each contract: the currency, escrow, trade, finance and the others")
    note("contracts/examples/   a short program a business case; docs/contracts/examples.md says how to run them")
    if keep:
        note(f"the network is up:    {network.urls[0]}; stop it with: kill {network.process.pid}")
    else:
        note("your own network:     jiaozi-node devnet   (in .venv/bin)")


def check(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(f"this does not hold: {what}")


def limit(began: float, seconds: float, problem: str) -> None:
    """For loops that wait: fails after `seconds`, and does not spin."""
    if time.monotonic() - began > seconds:
        raise AssertionError(problem)
    time.sleep(0.05)


def money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02} JZ"


def short(address: bytes) -> str:
    return f"{to_hex(address)[:8]}..{address.hex()[-4:]}"


def say(number: str, text: str) -> None:
    print(f"\n[{number}] {text}", flush=True)


def note(text: str) -> None:
    print(f"    {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
