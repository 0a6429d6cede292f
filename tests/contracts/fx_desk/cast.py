"""A dealer who signs quotes, and takers, in currencies of any decimals or in tokens that misbehave."""

from typing import Any, NamedTuple

import boa
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address

from contracts import load
from tests.contracts.currency import MINTER, place_currency
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.tally import Tally

DEALER_KEY, OTHER_KEY = (Account.from_key(bytes([number]) * 32) for number in (7, 8))
DEALER = bytes.fromhex(DEALER_KEY.address[2:])
TAKER, OTHER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(3))
NOBODY = bytes(20)
DESK, PAYS, GIVES = b"\xd5" * 20, b"\xd6" * 20, b"\xd7" * 20
WEALTH = 10_000_000
TERM = 1_000
WEEK = 7 * 24 * 60 * 60
TAKEN, HELD, DELIVERED, RETURNED = range(1, 5)
FIELDS = [
    ("dealer", "address"),
    ("taker", "address"),
    ("pays", "address"),
    ("gives", "address"),
    ("numerator", "uint256"),
    ("denominator", "uint256"),
    ("least", "uint256"),
    ("most", "uint256"),
    ("expires", "uint256"),
    ("deliver_by", "uint256"),
    ("nonce", "uint256"),
]
EIP712_DOMAIN = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]


class Scene(NamedTuple):
    desk: Placed
    pays: Placed
    gives: Placed

    def take(self, quote: dict[str, Any], amount: int, *, signer: Any = DEALER_KEY, sender: bytes = TAKER) -> Outcome:
        return self.desk.attempt("take", quote, signed(quote, signer=signer), amount, sender=sender)

    def hold(self, quote: dict[str, Any], amount: int, *, sender: bytes = TAKER) -> Outcome:
        return self.desk.attempt("hold", quote, signed(quote), amount, sender=sender)

    def balances(self, who: bytes) -> tuple[int, int]:
        return int(self.pays.read("balanceOf", who)), int(self.gives.read("balanceOf", who))

    def holds_nothing(self) -> bool:
        owed = [self.desk.read("liabilities", token.address) for token in (self.pays, self.gives)]
        return owed == [0, 0] and self.balances(DESK) == (0, 0)


def in_currencies(pays_decimals: int = 2, gives_decimals: int = 0) -> Scene:
    """The taker has plenty of what it pays, the dealer of what it gives, and both have allowed the desk to take it."""
    pays = place_currency(PAYS, decimals=pays_decimals, custodians=(DESK,))
    gives = place_currency(GIVES, decimals=gives_decimals, custodians=(DESK,))
    for token, who in ((pays, TAKER), (gives, DEALER)):
        token.do("mint", who, WEALTH, sender=MINTER)
        token.do("approve", DESK, 2**255, sender=who)
    return Scene(Placed(load("fx_desk"), DESK), pays, gives)


def in_hostile_tokens(tally: Tally | None = None) -> Scene:
    pays, gives = hostile_token(PAYS), hostile_token(GIVES)
    for token in (pays, gives):
        for who in (TAKER, OTHER, DEALER):
            token.do("mint", who, WEALTH)
    return Scene(Placed(load("fx_desk"), DESK, tally=tally), pays, gives)


def quoted(**changes: Any) -> dict[str, Any]:
    """160.37 of a currency without decimals for 1.00 of one with two: 16,037 for 10,000 minor units."""
    return {
        "dealer": DEALER,
        "taker": NOBODY,
        "pays": PAYS,
        "gives": GIVES,
        "numerator": 16_037,
        "denominator": 10_000,
        "least": 100,
        "most": 1_000_000,
        "expires": now() + TERM,
        "deliver_by": 0,
        "nonce": 1,
        **changes,
    }


def to_hold(**changes: Any) -> dict[str, Any]:
    return quoted(**{"deliver_by": now() + WEEK, **changes})


def message(quote: dict[str, Any], **domain: Any) -> dict[str, Any]:
    """The typed data that a wallet would show the dealer."""
    shown = {name: to_checksum_address(quote[name]) if kind == "address" else quote[name] for name, kind in FIELDS}
    types = {"EIP712Domain": EIP712_DOMAIN, "Quote": FIELDS}
    return {
        "types": {name: [{"name": field, "type": kind} for field, kind in fields] for name, fields in types.items()},
        "primaryType": "Quote",
        "domain": {
            "name": "Jiaozi FxDesk",
            "version": "1",
            "chainId": boa.env.evm.chain.chain_id,
            "verifyingContract": to_checksum_address(DESK),
            **domain,
        },
        "message": shown,
    }


def signed(quote: dict[str, Any], *, signer: Any = DEALER_KEY, **domain: Any) -> bytes:
    return bytes(signer.sign_message(encode_typed_data(full_message=message(quote, **domain))).signature)
