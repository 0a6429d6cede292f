"""A funder, three entitled people and a list: what every test of subsidies begins with."""

from dataclasses import dataclass

import boa

from contracts import load
from contracts.merkle import Entitlement, SubsidyList, subsidy_list
from tests.contracts.placed import Placed, hostile_token, now

FUNDER, ALICE, BOB, CAROL, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(5))
WEALTH = 1_000_000
TERM = 30 * 24 * 60 * 60
TEN_YEARS = 10 * 366 * 24 * 60 * 60
AMOUNTS = (100, 200, 301)
TOTAL = sum(AMOUNTS)
UNKNOWN = b"\7" * 32
FUNDING, PAYING, CLOSED = 1, 2, 3


@dataclass
class World:
    disburse: Placed
    token: Placed

    def list(self, amounts: tuple[int, ...] = AMOUNTS, funder: bytes = FUNDER) -> SubsidyList:
        """Of the funder's next campaign."""
        campaign = self.disburse.read("next_id", funder)
        entries = [Entitlement(who, amount) for who, amount in zip((ALICE, BOB, CAROL), amounts, strict=False)]
        return subsidy_list(boa.env.evm.chain.chain_id, self.disburse.address, campaign, entries)

    def open(self, subsidy: SubsidyList, *, pro_rata: bool = False, total: int | None = None) -> bytes:
        total = subsidy.total if total is None else total
        terms = (self.token.address, subsidy.root, total, pro_rata, now() + TERM)
        id: bytes = self.disburse.do("open", *terms, sender=FUNDER)
        return id

    def funded(self, subsidy: SubsidyList, amount: int | None = None, *, pro_rata: bool = False) -> bytes:
        id = self.open(subsidy, pro_rata=pro_rata)
        self.disburse.do("fund", id, subsidy.total if amount is None else amount, sender=FUNDER)
        return id

    def balance(self, who: bytes) -> int:
        balance: int = self.token.read("balanceOf", who)
        return balance

    def refused(self, words: str, name: str, *arguments: object, sender: bytes = STRANGER) -> None:
        assert self.disburse.attempt(name, *arguments, sender=sender).words == words


def entry(subsidy: SubsidyList, index: int) -> tuple[int, bytes, int, list[bytes]]:
    """What `collect` takes after the campaign."""
    entitled = subsidy.entries[index]
    return index, entitled.account, entitled.amount, subsidy.proof(index)


def new_world() -> World:
    world = World(Placed(load("disburse"), b"\xe5" * 20), hostile_token(b"\xe6" * 20))
    world.token.do("mint", FUNDER, WEALTH)
    return world
