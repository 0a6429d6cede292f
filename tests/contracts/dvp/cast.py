"""A seller with an asset and a buyer with money, on one chain or across two."""

import hashlib
from typing import NamedTuple

from contracts import load
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.tally import Tally

SELLER, BUYER, OTHER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(4))
DVP, ASSET, MONEY = b"\xd5" * 20, b"\xd6" * 20, b"\xd7" * 20
WEALTH = 10_000
TERM = 1_000
TERMS = b"terms".ljust(32, b"\0")
SECRET = b"secret".ljust(32, b"\5")
SELLER_KEY, BUYER_KEY = "the seller's key", "the buyer's key"

OPEN, HALF, SETTLED, CALLED_OFF = range(1, 5)
REGISTERED, INCEPTED, LOCKED, PAID, RETURNED = range(1, 6)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hashed(key: str) -> str:
    return "0x" + sha256(key.encode()).hex()


class Scene(NamedTuple):
    dvp: Placed
    asset: Placed
    money: Placed

    def propose(self, asset_amount: int = 10, money_amount: int = 990, *, by: bytes = SELLER) -> bytes:
        arguments = (SELLER, BUYER, ASSET, asset_amount, MONEY, money_amount, now() + TERM, TERMS)
        id: bytes = self.dvp.do("propose", *arguments, sender=by)
        return id

    def lock(self, amount: int = 500, secret: bytes = SECRET) -> bytes:
        id: bytes = self.dvp.do("lock", SELLER, MONEY, amount, sha256(secret), now() + TERM, sender=BUYER)
        return id

    def register(self, amount: int = 10) -> int:
        id: int = self.dvp.do("register_transfer", SELLER, ASSET, amount, now() + TERM, sender=BUYER)
        return id

    def incept(self, id: int, amount: int = 10, key: str = SELLER_KEY) -> Outcome:
        return self.dvp.attempt("inceptTransfer", id, amount, SELLER, hashed(key), "for the oracle", sender=BUYER)

    def confirm(self, id: int, amount: int = 10, key: str = BUYER_KEY) -> Outcome:
        return self.dvp.attempt("confirmTransfer", id, amount, BUYER, hashed(key), "for the oracle too", sender=SELLER)

    def lock_by_key(self, amount: int = 10) -> int:
        id = self.register(amount)
        for outcome in (self.incept(id, amount), self.confirm(id, amount)):
            assert outcome.accepted, outcome.words
        return id

    def balances(self, who: bytes) -> tuple[int, int]:
        return int(self.asset.read("balanceOf", who)), int(self.money.read("balanceOf", who))

    def holds_nothing(self) -> bool:
        owed = [self.dvp.read("liabilities", token) for token in (ASSET, MONEY)]
        return owed == [0, 0] and self.balances(DVP) == (0, 0)


def new_scene(tally: Tally | None = None) -> Scene:
    scene = Scene(Placed(load("dvp"), DVP, tally=tally), hostile_token(ASSET), hostile_token(MONEY))
    for who in (SELLER, BUYER):
        scene.asset.do("mint", who, WEALTH)
        scene.money.do("mint", who, WEALTH)
    return scene


def as_bytes(id: int) -> bytes:
    return id.to_bytes(32, "big")
