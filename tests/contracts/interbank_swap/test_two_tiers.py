"""Central bank, two banks and their clients: one unit of money, followed from reserves to reserves."""

from contracts import load
from tests.contracts.currency import CENTRAL_BANK
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    CAROL,
    FIRST,
    REFERENCE,
    SECOND,
    SECOND_BANK,
    TERM,
    WEALTH,
    banks_in_currency,
)
from tests.contracts.placed import Placed, now

DESK, MAKER, CHECKER = b"\xde" * 20, b"\xbe" * 20, b"\xbf" * 20


def test_money_goes_from_reserves_through_two_banks_to_reserves() -> None:
    banks = banks_in_currency()
    money = banks.money
    desk = Placed(load("rtgs_desk"), DESK, money.address, CENTRAL_BANK, MAKER, CHECKER)
    money.do("set_quota", DESK, 5_000, sender=CENTRAL_BANK)
    for bank in (BANK, SECOND_BANK):
        desk.do("set_bank", bank, True, sender=CENTRAL_BANK)
        money.do("approve", DESK, 5_000, sender=bank)
    minted = money.read("total_minted")

    issue = desk.do("request", 5_000, now() + TERM, REFERENCE, sender=BANK)
    desk.do("review", issue, sender=MAKER)
    desk.do("approve", issue, sender=CHECKER)
    money.do("transfer", ALICE, 5_000, sender=BANK)  # a client cashes in at the counter
    banks.first.do("deposit", 5_000, sender=ALICE)
    sent = banks.send(5_000).result
    banks.clearing.do("accept", sent, sender=SECOND_BANK)
    banks.second.do("withdraw", 5_000, sender=CAROL)
    money.do("transfer", SECOND_BANK, 5_000, sender=CAROL)
    redemption = desk.do("redeem", 5_000, now() + TERM, REFERENCE, sender=SECOND_BANK)
    desk.do("review", redemption, sender=MAKER)
    desk.do("approve", redemption, sender=CHECKER)

    assert desk.read("issued") == 0
    assert desk.read("approved_of", BANK) == desk.read("redeemed_of", SECOND_BANK) == 5_000
    assert money.read("total_minted") - minted == money.read("total_burned") == 5_000
    for bank, deposits in ((banks.first, 600), (banks.second, 400)):
        assert bank.read("totalSupply") == bank.read("reserves") == deposits
    assert money.read("balanceOf", ALICE) == WEALTH - 600 and money.read("balanceOf", CAROL) == WEALTH - 400
    assert money.read("balanceOf", FIRST) + money.read("balanceOf", SECOND) == 1_000
