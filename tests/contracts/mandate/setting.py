"""A payer, a payee, a device and a token: what every test of mandates begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boa
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address

from contracts import load
from tests.contracts.placed import Placed, hostile_token, now

PAYER_KEY, DEVICE_KEY = b"\x11" * 32, b"\x22" * 32
PAYER, DEVICE = (bytes.fromhex(Account.from_key(key).address[2:]) for key in (PAYER_KEY, DEVICE_KEY))
PAYEE, OTHER, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(3))
WEALTH = 1_000_00
CAP, TOTAL = 100, 250
DAY = 24 * 60 * 60
WINDOW, HOLD = 30 * DAY, 7 * DAY
TEN_YEARS = 10 * 366 * DAY
TERMS_HASH = b"\3" * 32
INVOICE = b"invoice".ljust(32, b"\0")

GRANT = (
    ("payer", "address"),
    ("payee", "address"),
    ("token", "address"),
    ("cap", "uint256"),
    ("window_seconds", "uint256"),
    ("once", "bool"),
    ("total", "uint256"),
    ("starts", "uint256"),
    ("expires", "uint256"),
    ("hold_seconds", "uint256"),
    ("terms_hash", "bytes32"),
    ("nonce", "uint256"),
    ("deadline", "uint256"),
)
CHANGE_CAP = (("mandate", "bytes32"), ("cap", "uint256"), ("nonce", "uint256"), ("deadline", "uint256"))
SPEND = (
    ("session", "bytes32"),
    ("payee", "address"),
    ("amount", "uint256"),
    ("memo", "bytes32"),
    ("payment", "uint256"),
    ("deadline", "uint256"),
)
TYPES = {"Grant": GRANT, "ChangeCap": CHANGE_CAP, "Spend": SPEND}


@dataclass
class World:
    mandate: Placed
    token: Placed

    def terms(self, **changes: Any) -> dict[str, Any]:
        """Of a mandate that begins now."""
        return {
            "payee": PAYEE,
            "token": self.token.address,
            "cap": CAP,
            "window_seconds": WINDOW,
            "once": False,
            "total": TOTAL,
            "starts": now(),
            "expires": now() + 10 * WINDOW,
            "hold_seconds": HOLD,
            "terms_hash": TERMS_HASH,
            **changes,
        }

    def grant(self, **changes: Any) -> bytes:
        id: bytes = self.mandate.do("grant", self.terms(**changes), sender=PAYER)
        return id

    def hold(self, id: bytes, amount: int = CAP, seconds: int = HOLD) -> bytes:
        hold: bytes = self.mandate.do("hold", id, amount, now() + seconds, sender=PAYEE)
        return hold

    def session(self, *, payee: bytes = bytes(20), cap: int = CAP, seconds: int = WINDOW) -> bytes:
        terms = (DEVICE, self.token.address, payee, cap, now() + seconds)
        id: bytes = self.mandate.do("open_session", *terms, sender=PAYER)
        return id

    def balance(self, who: bytes) -> int:
        balance: int = self.token.read("balanceOf", who)
        return balance

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        assert self.mandate.attempt(name, *arguments, sender=sender).words == words


def new_world() -> World:
    world = World(Placed(load("mandate"), b"\xe5" * 20), hostile_token(b"\xe6" * 20))
    world.token.do("mint", PAYER, WEALTH)
    return world


def typed(mandate: Placed, kind: str, message: Mapping[str, Any]) -> Any:
    """What a wallet would show and sign."""
    shown = {
        name: to_checksum_address(message[name]) if type == "address" else message[name] for name, type in TYPES[kind]
    }
    return encode_typed_data(
        domain_data={
            "name": "Jiaozi Mandate",
            "version": "1",
            "chainId": boa.env.evm.chain.chain_id,
            "verifyingContract": to_checksum_address(mandate.address),
        },
        message_types={kind: [{"name": name, "type": type} for name, type in TYPES[kind]]},
        message_data=shown,
    )


def signed(key: bytes, mandate: Placed, kind: str, /, **message: Any) -> bytes:
    return bytes(Account.sign_message(typed(mandate, kind, message), key).signature)
