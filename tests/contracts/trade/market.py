"""A buyer, a seller and their order of 1,000 units for 100,000.00 and 13 % tax, brought as far as a test wants it."""

from dataclasses import dataclass
from typing import Any

import boa
from eth_abi.abi import encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from contracts import load
from tests.contracts.placed import Outcome, Placed, hostile_token, now, wait
from tests.contracts.tally import Tally

DAY_S = 24 * 60 * 60
YEAR_S = 365 * DAY_S
RULING_S = 30 * DAY_S
INSPECTION_S = 7 * DAY_S
CREDIT_S = 30 * DAY_S

BUYER: LocalAccount = Account.from_key(b"\x0b" * 32)
SELLER: LocalAccount = Account.from_key(b"\x05" * 32)
OTHER: LocalAccount = Account.from_key(b"\x07" * 32)


def address_of(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


ALICE, BOB = address_of(BUYER), address_of(SELLER)
INSPECTOR, ARBITER, STRANGER = (bytes([number]) * 20 for number in (0xA1, 0xA2, 0xA3))
CHECKERS = [bytes([number]) * 20 for number in (0xC1, 0xC2, 0xC3)]
NOBODY = bytes(20)
TOKEN = b"\xe7" * 20
TRADE = b"\xe5" * 20
DOCUMENT = b"order 4711".ljust(32, b"\0")
NUMBER = b"invoice 1".ljust(32, b"\0")
PAPER = b"\x0a" * 32

QUANTITY, NET, TAX = 1_000, 100_000_00, 13_000_00
PROPOSED, ACCEPTED, SHIPPED, RECEIVED, MATCHED, DISPUTED, APPROVED, SETTLED, CANCELLED = range(1, 10)


def terms(**changes: object) -> dict[str, Any]:
    """As the contract takes them: 1 % tolerance, 30 days' credit, a penalty of 5 basis points a day."""
    return {
        "buyer": ALICE,
        "seller": BOB,
        "inspector": INSPECTOR,
        "arbiter": ARBITER,
        "token": TOKEN,
        "document": DOCUMENT,
        "quantity": QUANTITY,
        "net": NET,
        "tax_rate": 13_00,
        "tolerance": 1_00,
        "ship_by": now() + 10 * DAY_S,
        "inspection_seconds": INSPECTION_S,
        "credit_seconds": CREDIT_S,
        "penalty_rate": 5,
        **changes,
    }


@dataclass
class Market:
    trade: Placed
    token: Placed

    def propose(self, *, by: bytes = ALICE, **changes: object) -> bytes:
        id: bytes = self.trade.do("propose", terms(**changes), sender=by)
        return id

    def accepted(self, **changes: object) -> bytes:
        id = self.propose(**changes)
        self.trade.do("accept", id, sender=BOB)
        return id

    def shipped(self, quantity: int = QUANTITY, **changes: object) -> bytes:
        id = self.accepted(**changes)
        self.trade.do("ship", id, quantity, PAPER, sender=BOB)
        return id

    def received(self, quantity: int = QUANTITY, **changes: object) -> bytes:
        id = self.shipped(**changes)
        self.trade.do("receive", id, quantity, PAPER, sender=INSPECTOR)
        return id

    def invoiced(self, quantity: int = QUANTITY, net: int = NET, number: bytes = NUMBER, **changes: object) -> bytes:
        id = self.received(quantity, **changes)
        self.invoice(id, net, number=number)
        return id

    def approved(self, quantity: int = QUANTITY, net: int = NET, **changes: object) -> bytes:
        id = self.invoiced(quantity, net, **changes)
        self.trade.do("match", id, sender=BOB)
        return id

    def checked(self, needed: int = 2) -> bytes:
        """Matched, with three checkers of whom `needed` must approve."""
        id = self.propose()
        self.trade.do("name_approvers", id, CHECKERS, needed, sender=ALICE)
        self.trade.do("accept", id, sender=BOB)
        self.trade.do("ship", id, QUANTITY, PAPER, sender=BOB)
        self.trade.do("receive", id, QUANTITY, PAPER, sender=ALICE)
        self.invoice(id, NET)
        self.trade.do("match", id, sender=BOB)
        return id

    def invoice(self, id: bytes, net: int, *, number: bytes = NUMBER, due_in: int = CREDIT_S) -> None:
        self.trade.do("invoice", id, number, net, tax_on(net), now() + due_in, sender=BOB)

    def order(self, id: bytes) -> dict[str, Any]:
        record: dict[str, Any] = self.trade.read("order", id)
        return record

    def state(self, id: bytes) -> int:
        return int(self.order(id)["state"])

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        refused(self.trade, words, name, *arguments, sender=sender)


def refused(contract: Placed, words: str, name: str, *arguments: object, sender: bytes) -> Outcome:
    """A transaction that must be refused in exactly these words."""
    outcome = contract.attempt(name, *arguments, sender=sender)
    assert not outcome.accepted, f"{name} was accepted"
    assert outcome.words == words
    return outcome


def tax_on(net: int, rate: int = 13_00) -> int:
    return (net * rate + 5_000) // 10_000


def market(*, tally: Tally | None = None) -> Market:
    token = hostile_token(TOKEN)
    return Market(Placed(load("trade"), TRADE, tally=tally), token)


def typed_digest(contract: Placed, kind: str, types: list[str], values: list[object]) -> bytes:
    """What is signed of a message by EIP-712: `kind` is its type in words, e.g. "Acceptance(bytes32 id)"."""
    return typed_digest_of(contract.read("DOMAIN_SEPARATOR"), kind, types, values)


def typed_digest_of(domain: bytes, kind: str, types: list[str], values: list[Any]) -> bytes:
    return keccak(b"\x19\x01" + domain + keccak(encode(["bytes32", *types], [keccak(text=kind), *values])))


def domain_in_words(name: str, contract: bytes) -> bytes:
    kind = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    words = [keccak(text=kind), keccak(text=name), keccak(text="1"), boa.env.evm.chain.chain_id, contract]
    return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], words))


def sign(account: LocalAccount, digest: bytes) -> bytes:
    return bytes(account.unsafe_sign_hash(digest).signature)


def wait_past(second: int) -> None:
    """Until the second after that one."""
    wait(second + 1 - now())
