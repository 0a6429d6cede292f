"""Every power over the currency and the directory, turned against money in custody: none of it gets out."""

import pytest

from contracts import DIRECTORY, ECASH, ESCROW, load
from tests.contracts.assault import Custody, assail
from tests.contracts.placed import Placed, now, wait

ADMIN, BANK, ALICE, BOB, ARBITER, PAUSER, FREEZER, PROPOSER, EXECUTOR, VETOER = (
    bytes([0xA0 + number]) * 20 for number in range(10)
)
AMOUNT, CASE = 400, b"\1" * 32
POWERS = (
    "pause",
    "unpause",
    "freeze",
    "unfreeze",
    "freeze_claims",
    "unfreeze_claims",
    "propose_seizure",
    "propose_recovery",
    "veto_order",
    "execute_order",
    "set_order_role",
    "set_pauser",
    "set_freezer",
    "set_policy",
    "transferFrom",
    "permit_with_signature",
    "transfer_with_authorization",
    "burn",
)


def custody() -> Custody:
    """Three deals in the real currency: one open for release, one disputed, one whose payee's claims are frozen."""
    directory = Placed(load("directory"), DIRECTORY, ADMIN, [ESCROW], [], [])
    ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, DIRECTORY, bytes(20))
    escrow = Placed(load("escrow"), ESCROW)
    for role, who in enumerate((PROPOSER, EXECUTOR, VETOER), start=1):
        ecash.do("set_order_role", who, role, sender=ADMIN)
    ecash.do("set_pauser", PAUSER, True, sender=ADMIN)
    ecash.do("set_freezer", FREEZER, True, sender=ADMIN)
    ecash.do("set_quota", BANK, 10 * AMOUNT, sender=ADMIN)
    ecash.do("mint", ALICE, 3 * AMOUNT, sender=BANK)
    ecash.do("approve", ESCROW, 3 * AMOUNT, sender=ALICE)
    deals = []
    for _ in range(3):
        deal = escrow.do("open", BOB, ARBITER, ECASH, AMOUNT, now() + 60 * 86_400, bytes(32), sender=ALICE)
        escrow.do("fund", deal, sender=ALICE)
        deals.append(deal)
    escrow.do("dispute", deals[1], sender=BOB)
    ecash.do("freeze_claims", BOB, CASE, sender=FREEZER)
    return Custody(
        contract=escrow,
        token=ecash,
        deals=deals,
        rightful=frozenset({ALICE, BOB}),
        roles={
            "payer": ALICE,
            "payee": BOB,
            "arbiter": ARBITER,
            "central bank": ADMIN,
            "issuer": BANK,
            "pauser": PAUSER,
            "freezer": FREEZER,
            "proposer": PROPOSER,
            "executor": EXECUTOR,
            "vetoer": VETOER,
        },
        others=((ecash, POWERS), (directory, ("set_custodian", "set_contract", "set_registrar"))),
    )


def test_no_power_over_the_currency_reaches_money_in_custody() -> None:
    assail(custody(), draws=1)


@pytest.mark.parametrize("listed", [True, False])
def test_two_keys_and_all_the_time_do_not_seize_it(listed: bool) -> None:
    """The straight way, with the administrator's help: delist, propose, wait, carry out."""
    attacked = custody()
    ecash, (directory, _) = attacked.token, attacked.others[1]
    directory.do("set_custodian", ESCROW, False, sender=ADMIN)
    if listed:
        directory.do("set_custodian", ESCROW, True, sender=ADMIN)
    for name, arguments in (
        ("propose_seizure", (ESCROW, ADMIN, AMOUNT, CASE)),
        ("propose_recovery", (ESCROW, ADMIN, CASE)),
    ):
        assert ecash.attempt(name, *arguments, sender=PROPOSER).words == "ecash: custody is never seized"
    wait(8 * 86_400)
    assert ecash.read("balanceOf", ESCROW) == 3 * AMOUNT
