"""A factoring desk and everybody around it: a seller with goods, two financiers, who pays, and who appraises."""

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boa
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts import Artifact, compile_file, load
from tests.contracts.placed import Placed, hostile_token, now
from tests.contracts.tally import Tally

SELLER_KEY, FINANCIER_KEY = (Account.from_key(bytes([number]) * 32) for number in (1, 2))
SELLER: Final = bytes.fromhex(SELLER_KEY.address[2:])
FINANCIER: Final = bytes.fromhex(FINANCIER_KEY.address[2:])
OTHER, DEBTOR, APPRAISER, STRANGER = (bytes([0xC0 + number]) * 20 for number in range(4))
FACTORING, REGISTER, SOURCE, MONEY, GOODS = (bytes([0xF0 + number]) * 20 for number in range(5))
NONE: Final = bytes(20)

ORDER, INVENTORY, INVOICE = 1, 2, 3
REQUESTED, ACCEPTED, ADVANCED, CALLED, DEFAULTED, SETTLED, CLOSED = range(1, 8)

DAY: Final = 24 * 60 * 60
TERM: Final = 90 * DAY
EXIT_SECONDS: Final = 30 * DAY
CURE_SECONDS: Final = 3 * DAY
BID_SECONDS: Final = 2 * DAY
WEALTH: Final = 10**9
RECORD: Final = b"record".ljust(32, b"\0")
DOCUMENT: Final = b"document".ljust(32, b"\0")


@functools.cache
def _source_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "paying_source.vy")


@dataclass
class Desk:
    tally: Tally | None = None
    sources: tuple[bytes, ...] = (SOURCE,)
    factoring: Placed = field(init=False)

    def __post_init__(self) -> None:
        self.register = Placed(load("fingerprints"), REGISTER)
        self.source = Placed(_source_artifact(), SOURCE)
        self.money, self.goods = hostile_token(MONEY), hostile_token(GOODS)
        self.factoring = Placed(load("factoring"), FACTORING, REGISTER, list(self.sources), tally=self.tally)
        for who in (SELLER, FINANCIER, OTHER, STRANGER, SOURCE):
            self.money.do("mint", who, WEALTH)
        self.goods.do("mint", SELLER, WEALTH)
        self.register.do("authorise", FACTORING, True, sender=SELLER)

    def terms(self, kind: int, **changes: Any) -> dict[str, Any]:
        """An order of 113,000.00, an inventory of 1,000 units worth 50,000.00, or an invoice of 38,196.00."""
        face = {ORDER: 113_000_00, INVENTORY: 50_000_00, INVOICE: 38_196_00}.get(kind, 1)
        pledged = kind == INVENTORY
        return {
            "kind": kind,
            "debtor": DEBTOR,
            "token": MONEY,
            "face": face,
            "document": bytes(32) if kind == INVOICE else DOCUMENT,
            "rate_cap": {ORDER: 8_000, INVENTORY: 7_000}.get(kind, 9_600),
            "with_recourse": True,
            "due_date": now() + TERM,
            "source": NONE if pledged else SOURCE,
            "record": bytes(32) if pledged else RECORD,
            "pledge_token": GOODS if pledged else NONE,
            "pledge": 1_000 if pledged else 0,
            "appraiser": APPRAISER if pledged else NONE,
            "cure_seconds": CURE_SECONDS if pledged else 0,
            **changes,
        }

    def request(self, kind: int, **changes: Any) -> bytes:
        id: bytes = self.factoring.do("request", self.terms(kind, **changes), sender=SELLER)
        return id

    def assign(self, id: bytes, **changes: Any) -> None:
        """The seller assigns or locks what backs the financing, as escrow and receivable let it."""
        terms = self.of(id)["terms"]
        record = {
            "assignor": SELLER,
            "token": MONEY,
            "debtor": DEBTOR,
            "lienholder": FACTORING,
            "lien_id": id,
            "live": terms["face"],
            "due": terms["due_date"],
            "paid": 0,
            **changes,
        }
        self.source.do("write", terms["record"], record)

    def offer(self, advance: int, fee: int = 0, discount: int = 0, **changes: Any) -> dict[str, int]:
        return {"advance": advance, "fee": fee, "discount": discount, "expiry": now() + BID_SECONDS, **changes}

    def bid(self, id: bytes, offer: dict[str, int], *, sender: bytes = FINANCIER) -> int:
        nonce: int = self.factoring.do("bid", id, offer, sender=sender)
        return nonce

    def accepted(self, kind: int, offer: dict[str, int], **changes: Any) -> bytes:
        id = self.request(kind, **changes)
        if kind != INVENTORY:
            self.assign(id)
        self.factoring.do("accept", id, FINANCIER, self.bid(id, offer), sender=SELLER)
        return id

    def advanced(self, kind: int, offer: dict[str, int] | None = None, **changes: Any) -> bytes:
        """With the figures of an ordinary day: the order's and the invoice's are those of the worked flow."""
        usual = {
            ORDER: self.offer(20_000_00, fee=100),
            INVENTORY: self.offer(35_000_00, fee=200),
            INVOICE: self.offer(36_668_16, discount=200),
        }
        id = self.accepted(kind, offer or usual[kind], **changes)
        self.factoring.do("advance", id, sender=FINANCIER)
        return id

    def pay(self, amount: int, record: bytes = RECORD) -> None:
        """The debtor pays through the source: a plain transfer to factoring."""
        self.source.do("pay", record, amount)

    def of(self, id: bytes) -> Any:
        return self.factoring.read("financing", id)

    def gained(self, who: bytes) -> int:
        return int(self.money.read("balanceOf", who)) - WEALTH

    def goods_of(self, who: bytes) -> int:
        return int(self.goods.read("balanceOf", who))

    def refused(self, words: str, name: str, *arguments: Any, sender: bytes) -> None:
        outcome = self.factoring.attempt(name, *arguments, sender=sender)
        assert (outcome.accepted, outcome.words) == (False, words), f"{name}: {outcome.words or 'accepted'}"


BID_FIELDS = [
    ("id", "bytes32"),
    ("financier", "address"),
    ("advance", "uint256"),
    ("fee", "uint256"),
    ("discount", "uint256"),
    ("expiry", "uint256"),
    ("nonce", "uint256"),
]
ACCEPTANCE_FIELDS = [("id", "bytes32"), ("financier", "address"), ("nonce", "uint256")]


def signed(key: Any, kind: str, fields: list[tuple[str, str]], message: dict[str, Any]) -> bytes:
    """What a wallet signs, by eth-account's own EIP-712."""
    return bytes(key.sign_message(encode_typed_data(full_message=typed(kind, fields, message))).signature)


def digest(kind: str, fields: list[tuple[str, str]], message: dict[str, Any]) -> bytes:
    """The hash that is signed."""
    signable = encode_typed_data(full_message=typed(kind, fields, message))
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def typed(kind: str, fields: list[tuple[str, str]], message: dict[str, Any]) -> dict[str, Any]:
    domain = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": type_} for name, type_ in domain],
            kind: [{"name": name, "type": type_} for name, type_ in fields],
        },
        "primaryType": kind,
        "domain": {
            "name": "Jiaozi Factoring",
            "version": "1",
            "chainId": boa.env.evm.chain.chain_id,
            "verifyingContract": to_checksum_address(FACTORING),
        },
        "message": message,
    }
