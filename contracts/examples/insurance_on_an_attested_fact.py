"""A farmer insures a harvest against frost, and three weather stations say whether it froze.

The policy rests on a fact, so nobody at the insurer decides: what two of three stations say holds for everybody.
What is insured lies in the pool from the day the premium is paid, and the insurer can take out only what no cover
needs. A year without frost pays nothing and gives the insurer its money back.

    python -m contracts.examples.insurance_on_an_attested_fact
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.typed import ClaimsDesk, Conditions

COVER: Final = 8_000_00
PREMIUM: Final = 400_00
DEDUCTIBLE: Final = 500_00
COPAY: Final = 10_00
"""Basis points of what is above the deductible."""
LOSS: Final = 6_500_00
BENEFIT: Final = 5_400_00
SEASON_S: Final = 90 * DAY_S
QUESTION: Final = bytes32("below -2 C in April: 1, else 0")
FROZE, DID_NOT = 1, 0
READINGS: Final = bytes32("thermometer log")


def story(town: Town) -> None:
    farmer, insurer = town.person("farmer"), town.person("insurer")
    stations = [town.person(f"station {where}") for where in ("north", "south", "hill")]
    assessor, second = town.person("assessor"), town.person("second assessor")
    town.issue(farmer, PREMIUM)
    town.issue(insurer, COVER)
    facts = Conditions(farmer.chain, town.deploy(farmer, "conditions"))
    desk = town.deploy(insurer, "claims_desk")
    as_insurer, as_farmer = ClaimsDesk(insurer.chain, desk), ClaimsDesk(farmer.chain, desk)

    ends = town.now() + SEASON_S
    frost = facts.prepare(QUESTION, [station.address for station in stations], 2, ends, DID_NOT).id
    pool = as_insurer.open_pool(
        ECASH, assessor.address, second.address, ends, 14 * DAY_S, 7 * DAY_S, default_pays=False
    ).id
    town.ecash(insurer).approve(desk, COVER)
    as_insurer.fund(pool, COVER)
    policy = as_insurer.offer(
        pool,
        holder=farmer.address,
        cover=COVER,
        copay_bps=COPAY,
        deductible=DEDUCTIBLE,
        premium=PREMIUM,
        accept_until=ends,
        ends=ends,
        conditions=facts.address,
        condition=frost,
    ).id
    town.ecash(farmer).approve(desk, PREMIUM)
    as_farmer.accept(policy)
    moved = town.show("The insurer pays the cover in, the farmer the premium")
    town.expect(moved == {"farmer": -PREMIUM, "insurer": -COVER}, "cover and premium lie in the pool")
    town.refused("That the insurer takes the cover back out", lambda: as_insurer.withdraw(pool, COVER))

    town.wait(30 * DAY_S, "a cold night in April")
    claim = as_farmer.file(policy, LOSS, bytes32("photographs of the blossom")).id
    town.say("The farmer claims 6,500.00: 500.00 deductible, and 10 % of the rest are its own")
    signatures = [
        station.sign(facts.attestation_digest(frost, station.address, FROZE, READINGS)) for station in stations
    ]
    for station, signature in list(zip(stations, signatures, strict=True))[:2]:
        facts.attest_signed(frost, station.address, FROZE, READINGS, signature)
    town.say("Two of the three stations sign that it froze, and the farmer brings their signatures")

    as_farmer.decide_by_fact(claim)
    as_farmer.settle(pool)
    as_farmer.pay(claim)
    moved = town.show("The fact decides the claim, and it is paid at once")
    town.expect(moved == {"farmer": BENEFIT}, "the loss less deductible and co-payment")

    town.wait(SEASON_S, "the season is over")
    as_farmer.end_policy(policy)
    rest = as_insurer.held(pool)
    as_insurer.withdraw(pool, rest)
    moved = town.show("What no cover needs any more goes back to the insurer")
    town.expect(moved == {"insurer": COVER + PREMIUM - BENEFIT}, "all that was paid in went to one of the two")


if __name__ == "__main__":
    run(story, __doc__)
