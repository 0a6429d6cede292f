"""A health fund, two assessors, three holders: what every test of the claims desk begins with."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import Artifact, compile_file, load
from tests.contracts.placed import Placed, hostile_token, now

INSURER, ASSESSOR, SECOND, ALICE, BOB, CAROL, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(7))
NOBODY = bytes(20)
WEALTH = 1_000_000
DAY = 24 * 60 * 60
TEN_YEARS = 10 * 366 * DAY
TERM, DECIDE, ROUND = 300 * DAY, 10 * DAY, 7 * DAY
AFTER_ALL = TERM + 3 * DECIDE + ROUND + 1
COVER, PREMIUM = 1_000, 50
EVIDENCE, UNKNOWN = b"\5" * 32, b"\7" * 32
OFFERED, LIVE, ENDED = 1, 2, 3
FILED, DECIDED, APPEALED, DUE, CLOSED = 1, 2, 3, 4, 5


@dataclass
class World:
    desk: Placed
    token: Placed

    def pool_terms(self, **changes: Any) -> dict[str, Any]:
        return {
            "token": self.token.address,
            "assessor": ASSESSOR,
            "second": SECOND,
            "ends": now() + TERM,
            "decide_seconds": DECIDE,
            "round_seconds": ROUND,
            "default_pays": False,
            **changes,
        }

    def pool(self, funds: int = 10 * COVER, **changes: Any) -> bytes:
        id: bytes = self.desk.do("open_pool", *self.pool_terms(**changes).values(), sender=INSURER)
        if funds:
            self.desk.do("fund", id, funds, sender=INSURER)
        return id

    def policy_terms(self, pool: bytes, **changes: Any) -> dict[str, Any]:
        """Of a full cover: no deductible, no co-payment, no premium."""
        return {
            "pool_id": pool,
            "holder": ALICE,
            "cover": COVER,
            "copay_bps": 0,
            "deductible": 0,
            "premium": 0,
            "accept_until": now() + DAY,
            "ends": now() + TERM // 2,
            "conditions": NOBODY,
            "condition": bytes(32),
            **changes,
        }

    def offered(self, pool: bytes, **changes: Any) -> bytes:
        id: bytes = self.desk.do("offer", *self.policy_terms(pool, **changes).values(), sender=INSURER)
        return id

    def policy(self, pool: bytes, **changes: Any) -> bytes:
        id = self.offered(pool, **changes)
        self.desk.do("accept", id, sender=changes.get("holder", ALICE))
        return id

    def filed(self, policy: bytes, loss: int) -> bytes:
        holder = self.desk.read("policy_of", policy)["holder"]
        id: bytes = self.desk.do("file", policy, loss, EVIDENCE, sender=holder)
        return id

    def due(self, policy: bytes, loss: int) -> bytes:
        """A claim that the assessor accepted in full."""
        id = self.filed(policy, loss)
        self.desk.do("decide", id, loss, sender=ASSESSOR)
        return id

    def state(self, claim: bytes) -> int:
        state: int = self.desk.read("claim_of", claim)["state"]
        return state

    def balance(self, who: bytes) -> int:
        balance: int = self.token.read("balanceOf", who)
        return balance

    def refused(self, words: str, name: str, *arguments: object, sender: bytes = STRANGER) -> None:
        assert self.desk.attempt(name, *arguments, sender=sender).words == words


def new_world() -> World:
    world = World(Placed(load("claims_desk"), b"\xe5" * 20), hostile_token(b"\xe6" * 20))
    for who in (INSURER, ALICE, BOB, CAROL):
        world.token.do("mint", who, WEALTH)
    return world


def facts() -> Placed:
    return Placed(_facts_artifact(), b"\xc9" * 20)


def odd_source(answer: bytes) -> Placed:
    """Answers in whatever form it is told to, fails, or burns its gas."""
    source = Placed(compile_file(Path(__file__).parents[1] / "escrow" / "odd_source.vy"), b"\xca" * 20)
    source.do("set_answer", answer)
    return source


@functools.cache
def _facts_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "fact.vy")
