"""Every custody contract in the real currency, against everyone who has a power over it.

The worlds are those of each contract's own assault (tests/contracts/<name>/test_assault.py: all of `WORLDS`, or the
only one, `custody`); here they stand in the currency, listed in the directory, under a policy.
"""

import dataclasses
import importlib
from collections.abc import Callable, Mapping

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.currency import CENTRAL_BANK, FREEZER, PAUSER
from tests.contracts.custody.realm import KEYS, PROPOSER, Realm, custody_contracts
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, surrounded_by, wait, wait_until

CASE = b"case 2031/17".ljust(32, b"\0")
DAY = 24 * 60 * 60
CUSTODY_CONTRACTS = [
    "channel",
    "claims_desk",
    "deposit_token",
    "disburse",
    "dvp",
    "escrow",
    "factoring",
    "fx_desk",
    "hotel_deposit",
    "interbank_swap",
    "letter_of_credit",
    "liquidity_pool",
    "mandate",
    "metered_utility",
    "no_show",
    "offline_purse",
    "parametric_premium",
    "pbm",
    "peer_loan",
    "points",
    "receivable",
    "royalty_sale",
    "rtgs_desk",
    "splitter",
    "tax_ledger",
    "toll",
]

Build = Callable[[], Custody]


def worlds(name: str) -> Mapping[str, Build]:
    """Those that the contract's own assault offers."""
    module = importlib.import_module(f"tests.contracts.{name}.test_assault")
    found: Mapping[str, Build] = module.WORLDS if hasattr(module, "WORLDS") else {"": module.custody}
    return found


every_world = pytest.mark.parametrize(
    "build",
    [
        pytest.param(build, id=f"{name}-{kind}" if kind else name)
        for name in custody_contracts()
        for kind, build in worlds(name).items()
    ],
)


def world(build: Build) -> tuple[Realm, Custody]:
    """That world of live deals, in the currency."""
    realm = Realm()
    with surrounded_by(realm):
        built = build()
        built.token.do("set_mode", HOSTILE_MOODS["honest"])
    powers = (*realm.currencies, *realm.policies, realm.directory)
    return realm, dataclasses.replace(built, roles={**KEYS, **built.roles}, powers=powers)


def held(custody: Custody) -> int:
    return sum(custody.contract.read("held", deal) for deal in custody.deals)


def owed(custody: Custody, who: bytes) -> int:
    return int(custody.contract.read("claimable", custody.token.address, who))


def leave(custody: Custody) -> None:
    """After the last deadline a stranger empties every deal."""
    wait_until(custody.last_deadline + 1 if custody.last_deadline else 0)
    wait(0 if custody.last_deadline else 11 * 366 * DAY)
    for deal in custody.deals:
        if custody.contract.read("held", deal):
            custody.leave(custody.contract, deal)
    assert held(custody) == 0


@every_world
def test_no_power_over_the_currency_takes_backing(build: Build) -> None:
    """With every argument at random; straight at the money it is tried in the next test."""
    _, custody = world(build)
    assail(custody, draws=1)


@every_world
def test_it_is_never_frozen_seized_or_recovered_from_listed_or_not(build: Build) -> None:
    realm, custody = world(build)
    contract, currency = custody.contract.address, custody.token
    backing = currency.read("balanceOf", contract)
    assert backing > 0, "a world without money proves nothing"
    for _ in ("listed", "delisted"):
        for call, arguments, sender, words in (
            ("freeze", (contract, 1, CASE), FREEZER, "ecash: custody is never frozen"),
            ("freeze_claims", (contract, CASE), FREEZER, "ecash: custody is never frozen"),
            ("propose_seizure", (contract, CENTRAL_BANK, 1, CASE), PROPOSER, "ecash: custody is never seized"),
            ("propose_recovery", (contract, CENTRAL_BANK, CASE), PROPOSER, "ecash: custody is never seized"),
        ):
            assert currency.attempt(call, *arguments, sender=sender).words == words
        if realm.directory.read("is_custodian", contract):
            realm.directory.do("set_custodian", contract, False, sender=CENTRAL_BANK)
    assert currency.read("balanceOf", contract) == currency.read("available", contract) == backing


@every_world
def test_a_party_under_freeze_has_a_claim_which_is_paid_when_it_is_lifted_even_in_a_pause(build: Build) -> None:
    _, custody = world(build)
    parties = sorted(who for who in custody.rightful if not custody.token.read("was_custodian", who))
    for who in parties:
        custody.token.do("freeze_claims", who, CASE, sender=FREEZER)
    before = {who: custody.token.read("balanceOf", who) for who in parties}
    leave(custody)
    assert {who: custody.token.read("balanceOf", who) for who in parties} == before, "nobody is paid meanwhile"
    claims = {who: owed(custody, who) for who in parties}
    custody.token.do("pause", sender=PAUSER)
    for who in parties:
        if claims[who]:
            refused = custody.contract.attempt("claim", custody.token.address, who)
            assert refused.words == "claims: transfer still refused"
        custody.token.do("unfreeze_claims", who, CASE, sender=FREEZER)
        if claims[who]:
            custody.contract.do("claim", custody.token.address, who, sender=NOBODY)
    assert {who: custody.token.read("balanceOf", who) - before[who] for who in parties} == claims
    assert custody.contract.read("liabilities", custody.token.address) == 0


@every_world
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "delisted"])
def test_everybody_gets_out_in_a_pause(build: Build, listed: bool) -> None:
    """Listed, custody pays in a pause. Delisted it credits claims, which are paid when the pause ends by itself."""
    realm, custody = world(build)
    wait_until(custody.last_deadline)
    if not listed:
        realm.directory.do("set_custodian", custody.contract.address, False, sender=CENTRAL_BANK)
    before = sum(custody.token.read("balanceOf", who) for who in custody.rightful)
    backing = custody.contract.read("liabilities", custody.token.address)
    wait(0 if custody.last_deadline else 11 * 366 * DAY)
    custody.token.do("pause", sender=PAUSER)
    leave_in = dataclasses.replace(custody, last_deadline=custody.last_deadline or 1)
    leave(leave_in)
    if not listed:
        wait(72 * 60 * 60)
    for who in sorted(custody.rightful):
        if owed(custody, who):
            custody.contract.do("claim", custody.token.address, who, sender=NOBODY)
    assert custody.contract.read("liabilities", custody.token.address) == 0
    assert sum(custody.token.read("balanceOf", who) for who in custody.rightful) == before + backing


def test_the_custody_contracts_are_these() -> None:
    """Known elsewhere by what they can be asked: one that lost a function would leave all these tests unseen."""
    assert custody_contracts() == CUSTODY_CONTRACTS
