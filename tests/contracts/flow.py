"""Where money may go in one call: the rule that every accepted call of an assault is held to.

A pot is money in custody that belongs to certain people. What somebody gains by a call comes out of pots that are its
own, out of the caller's own pocket, or from those who allowed the contract to take it; what a pot gains comes out of
pots that share an owner with it, or from the same pockets. So nobody is paid out of another's deal, whoever is rightful
elsewhere. What is one person's alone, that person may give to whom it likes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pot:
    amount: int
    owners: frozenset[bytes]


@dataclass(frozen=True)
class Books:
    """In one token, at one moment. A pot that is not named is empty."""

    balances: Mapping[bytes, int]
    claims: Mapping[bytes, int]
    pots: Mapping[object, Pot]

    def wealth(self, who: bytes) -> int:
        return self.balances[who] + self.claims[who]


@dataclass(frozen=True)
class Consent:
    """`payers`: who allowed the contract to take their money, and for whom. `agents`: by person, those it named, who
    may be paid in its place. `slack`: what rounding may move between pots, never to anybody."""

    payers: Mapping[bytes, frozenset[bytes]]
    agents: Mapping[bytes, frozenset[bytes]]
    slack: int

    def with_agents(self, people: frozenset[bytes]) -> frozenset[bytes]:
        """And theirs in turn."""
        found = people
        while True:
            more = found.union(*(self.agents.get(who, frozenset()) for who in found))
            if more == found:
                return found
            found = more


@dataclass(frozen=True)
class Source:
    """Money that left somewhere, and who might have it. `free`: whoever had it might give it to anybody."""

    amount: int
    owners: frozenset[bytes]
    free: bool


def check_flow(before: Books, after: Books, sender: bytes, consent: Consent, what: str) -> None:
    gains = {who: after.wealth(who) - before.wealth(who) for who in after.balances}
    _check_losses(before, after, {sender, *consent.payers}, what)
    sources = [*_pockets(gains, sender, consent), *_falls(before, after, sender, consent)]
    for who, gain in gains.items():
        its_own = sum(source.amount for source in sources if source.free or who in source.owners)
        assert gain <= its_own, f"0x{who.hex()} gained {gain} by {what}, of which its own {its_own}"
    rises = list(_rises(before, after, consent))
    for name, rise, owners in rises:
        its_own = sum(each.amount for each in sources if each.free or sender in each.owners or owners & each.owners)
        assert rise <= its_own + consent.slack, f"{name!r} gained {rise} by {what}, of which its own {its_own}"
    gained = sum(max(0, gain) for gain in gains.values()) + sum(rise for _, rise, _ in rises)
    there = sum(source.amount for source in sources)
    assert gained <= there + consent.slack, f"{gained} came out of {there} by {what}"


def _pockets(gains: Mapping[bytes, int], sender: bytes, consent: Consent) -> Iterable[Source]:
    for who, gain in gains.items():
        if who == sender:
            yield Source(max(0, -gain), frozenset({who}), True)
        elif who in consent.payers:
            yield Source(max(0, -gain), consent.with_agents(consent.payers[who] | {who}), False)


def _check_losses(before: Books, after: Books, willing: Iterable[bytes], what: str) -> None:
    """Who did not call and allowed nothing has what it had; a claim falls only as it is paid, less a token's fee."""
    for who in set(after.balances).difference(willing):
        arrived = after.balances[who] - before.balances[who]
        paid = before.claims[who] - after.claims[who]
        assert arrived >= 0 and arrived >= paid - paid // 10, f"0x{who.hex()} lost by {what}"


def _falls(before: Books, after: Books, sender: bytes, consent: Consent) -> Iterable[Source]:
    """What left each pot; free where it was one person's alone and that person, or an agent of its, called."""
    for name, pot in before.pots.items():
        left = pot.amount - (after.pots[name].amount if name in after.pots else 0)
        if left > 0:
            owners = consent.with_agents(pot.owners)
            yield Source(left, owners, len(pot.owners) == 1 and sender in owners)


def _rises(before: Books, after: Books, consent: Consent) -> Iterable[tuple[object, int, frozenset[bytes]]]:
    for name, pot in after.pots.items():
        came = pot.amount - (before.pots[name].amount if name in before.pots else 0)
        if came > 0:
            yield name, came, consent.with_agents(pot.owners)
