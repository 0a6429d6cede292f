"""An issuer of school vouchers, two holders, two merchants: what every test of purpose-bound money begins with."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import Artifact, compile_file, load
from tests.contracts.placed import Placed, hostile_token, now

OWNER, ISSUER, ALICE, BOB, SHOP, CLINIC, OPERATOR, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(8))
NOBODY = bytes(20)
WEALTH = 1_000_000
FACE, UNITS = 500, 10
DAY = 24 * 60 * 60
DELAY, TERM = DAY, 30 * DAY
TEN_YEARS = 10 * 366 * DAY
MEMO = b"receipt".ljust(32, b"\0")
UNKNOWN = b"\7" * 32
OPEN, CLOSED = 1, 2


@dataclass
class World:
    pbm: Placed
    token: Placed

    def create(self, *, sender: bytes = ISSUER, **changes: Any) -> bytes:
        terms = {
            "name": "School books",
            "token": self.token.address,
            "face_value": FACE,
            "expires": now() + TERM,
            "transferable": True,
            "merchants": [SHOP],
            "categories": [],
            "uri": "https://vouchers.example/books.json",
            **changes,
        }
        id: bytes = self.pbm.do("create_type", *terms.values(), sender=sender)
        return id

    def wrap(self, id: bytes, holder: bytes = ALICE, units: int = UNITS, *, payer: bytes = ISSUER) -> None:
        self.pbm.do("wrap", id, holder, units, sender=payer)

    def vouchers(self, **changes: Any) -> bytes:
        """A type of which alice holds ten units."""
        id = self.create(**changes)
        self.wrap(id)
        return id

    def units(self, id: bytes, who: bytes) -> int:
        balance: int = self.pbm.read("balanceOf", who, number(id))
        return balance

    def balance(self, who: bytes) -> int:
        balance: int = self.token.read("balanceOf", who)
        return balance

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        assert self.pbm.attempt(name, *arguments, sender=sender).words == words

    def covered(self, id: bytes) -> None:
        """backing = face x live, and nothing else is here."""
        record = self.pbm.read("type_of", id)
        held = self.pbm.read("held", id)
        assert held == record["face_value"] * self.pbm.read("live", id)
        assert held == self.pbm.read("liabilities", self.token.address) == self.balance(self.pbm.address)


def number(id: bytes) -> int:
    return int.from_bytes(id, "big")


def new_world() -> World:
    world = World(Placed(load("pbm"), b"\xe5" * 20, OWNER, DELAY), hostile_token(b"\xe6" * 20))
    for who in (ISSUER, ALICE):
        world.token.do("mint", who, WEALTH)
    return world


def till(place: int = 0xC7) -> Placed:
    return Placed(_till_artifact(), bytes([place]) * 20)


@functools.cache
def _till_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "till.vy")
