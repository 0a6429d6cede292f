"""Money in, interest, money out: the rules of ERC-4626, and rounding that never costs the pool."""

import pytest

from contracts import load
from tests.contracts.currency import FREEZER
from tests.contracts.deal_room import CONTRACT, DAY, STRANGER, TEN_YEARS, TOKEN, WEALTH, Room
from tests.contracts.liquidity_pool.pool import (
    ALICE,
    BOB,
    LOANS,
    MEMO,
    OPERATOR,
    PAYER,
    SHARES,
    TERM,
    WEEK,
    id_of,
    new_room,
    placed_in_currency,
    pledge_shares,
)
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait


@pytest.fixture
def room() -> Room:
    return new_room()


def test_a_pool_says_what_it_is(room: Room) -> None:
    assert [room.read(name) for name in ("name", "symbol", "decimals")] == ["Pool shares", "POOL", 5]
    assert [room.read(name) for name in ("asset", "operator", "ends")] == [TOKEN, OPERATOR, now() + TERM]
    assert room.read("last_deadline", id_of(ALICE)) == now() + TERM


def test_bad_pools_are_refused() -> None:
    hostile_token(TOKEN)
    for arguments, refusal in (
        ((TOKEN, bytes(20), now() + 1), "liquidity_pool: not an operator"),
        ((TOKEN, CONTRACT, now() + 1), "liquidity_pool: not an operator"),
        ((STRANGER, OPERATOR, now() + 1), "liquidity_pool: not a token"),
        ((CONTRACT, OPERATOR, now() + 1), "liquidity_pool: not a token"),
        ((TOKEN, OPERATOR, now()), "deadlines: has passed already"),
        ((TOKEN, OPERATOR, now() + TEN_YEARS + 1), "deadlines: too far ahead"),
        ((TOKEN, OPERATOR, now() + WEEK), "liquidity_pool: ends too soon"),
    ):
        with pytest.raises(Exception, match=refusal):
            Placed(load("liquidity_pool"), CONTRACT, "P", "P", *arguments)


def test_a_deposit_gives_shares(room: Room) -> None:
    outcome = room.attempt("deposit", 500, BOB, sender=ALICE)
    assert outcome.result == 500 * SHARES
    assert outcome.event("Deposit").arguments == {
        "sender": ALICE,
        "owner": BOB,
        "assets": 500,
        "shares": 500 * SHARES,
    }
    assert outcome.event("Held").arguments == {"id": id_of(BOB), "held_before": 0, "held_after": 500}
    assert outcome.event("Transfer").arguments == {"sender": bytes(20), "receiver": BOB, "value": 500 * SHARES}
    assert (room.read("balanceOf", BOB), room.read("totalSupply"), room.gain(ALICE)) == (500_000, 500_000, -500)
    assert (room.read("cash"), room.read("totalAssets"), room.liabilities()) == (500, 500, 500)
    assert (room.read("held", id_of(BOB)), room.read("maxWithdraw", BOB), room.read("maxRedeem", BOB)) == (
        500,
        500,
        500_000,
    )
    assert room.read("maxDeposit", BOB) == 2**128 - 500


def test_bad_deposits_are_refused(room: Room) -> None:
    for receiver in (bytes(20), CONTRACT):
        room.refused("liquidity_pool: not a receiver", "deposit", 1, receiver, sender=ALICE)
    room.refused("liquidity_pool: less than a share", "deposit", 0, ALICE, sender=ALICE)
    room.refused("liquidity_pool: less than a share", "mint", 0, ALICE, sender=ALICE)
    room.refused("liquidity_pool: out of range", "deposit", 2**128 + 1, ALICE, sender=ALICE)
    room.refused("liquidity_pool: out of range", "mint", 2**128 * SHARES + 1, ALICE, sender=ALICE)
    room.do("deposit", 5, ALICE, sender=ALICE)
    room.refused("liquidity_pool: out of range", "mint", 2**128 * SHARES, ALICE, sender=ALICE)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "deposit", 100, ALICE, sender=ALICE)


def test_interest_reaches_the_shares_evenly_over_a_week(room: Room) -> None:
    room.refused("liquidity_pool: nobody to earn it", "pay_interest", 700, MEMO, sender=PAYER)
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    room.refused("liquidity_pool: no amount", "pay_interest", 0, MEMO, sender=PAYER)
    room.refused("liquidity_pool: out of range", "pay_interest", 2**128, MEMO, sender=PAYER)
    outcome = room.attempt("pay_interest", 700, MEMO, sender=PAYER)
    assert outcome.event("InterestPaid").arguments == {
        "id": id_of(PAYER),
        "payer": PAYER,
        "amount": 700,
        "drip_ends": now() + WEEK,
        "memo": MEMO,
    }
    assert outcome.event("Held").arguments == {"id": id_of(PAYER), "held_before": 1_000, "held_after": 1_700}
    assert (room.read("totalAssets"), room.read("cash")) == (1_000, 1_700)
    wait(DAY - 1)
    assert room.read("totalAssets") == 1_099
    wait(1)
    assert room.read("totalAssets") == 1_100
    wait(6 * DAY)
    assert room.read("totalAssets") == 1_700


def test_interest_on_its_way_keeps_its_pace_when_more_comes(room: Room) -> None:
    """600 with six days to go and 600 with seven make 1,200 with six and a half."""
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    room.do("pay_interest", 700, MEMO, sender=PAYER)
    wait(DAY)
    room.do("pay_interest", 600, MEMO, sender=PAYER)
    assert room.read("drip_ends") == now() + 6 * DAY + DAY // 2
    assert (room.read("dripping"), room.read("totalAssets")) == (1_200, 1_100)


def test_no_number_of_small_payments_holds_back_interest_on_its_way(room: Room) -> None:
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    room.do("pay_interest", 900_000, MEMO, sender=PAYER)
    wait(6 * DAY)
    before = room.read("drip_ends")
    for _ in range(20):
        room.do("pay_interest", 1, MEMO, sender=PAYER)
    # By their weight: twenty units of 128,571, with six days more to go.
    assert 0 <= room.read("drip_ends") - before <= 20 * 6 * DAY // 128_571


def test_whoever_comes_for_a_moment_earns_nothing(room: Room) -> None:
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    room.do("deposit", 1_000, BOB, sender=BOB)
    room.do("pay_interest", 1_000, MEMO, sender=PAYER)
    room.do("redeem", 1_000 * SHARES, BOB, BOB, sender=BOB)
    assert room.gain(BOB) == 0


def test_all_interest_is_in_by_the_pools_end(room: Room) -> None:
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    wait(TERM - WEEK)
    room.do("pay_interest", 700, MEMO, sender=PAYER)
    assert room.read("drip_ends") == room.read("ends")
    wait(WEEK)
    assert room.read("totalAssets") == 1_700


def test_in_its_last_week_a_pool_takes_neither_deposits_nor_interest(room: Room) -> None:
    """Else whoever comes late had what is paid late, which could no longer drip evenly."""
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    wait(TERM - WEEK)
    room.do("deposit", 1, BOB, sender=BOB)
    room.do("mint", 1, BOB, sender=BOB)
    wait(1)
    for name, arguments in (("deposit", (1, BOB)), ("mint", (1, BOB)), ("pay_interest", (1, MEMO))):
        room.refused("liquidity_pool: out of range", name, *arguments, sender=BOB)
    assert (room.read("maxDeposit", BOB), room.read("maxMint", BOB)) == (0, 0)
    room.do("withdraw", 1_000, ALICE, ALICE, sender=ALICE)


def test_shares_are_redeemed_and_money_withdrawn_at_any_time(room: Room) -> None:
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    outcome = room.attempt("redeem", 400 * SHARES, BOB, ALICE, sender=ALICE)
    assert outcome.result == 400
    assert outcome.event("Withdraw").arguments == {
        "sender": ALICE,
        "receiver": BOB,
        "owner": ALICE,
        "assets": 400,
        "shares": 400 * SHARES,
    }
    assert outcome.event("Held").arguments == {"id": id_of(ALICE), "held_before": 1_000, "held_after": 600}
    wait(TERM + 1)
    assert room.attempt("withdraw", 600, ALICE, ALICE, sender=ALICE).result == 600 * SHARES
    assert (room.gain(BOB), room.gain(ALICE), room.read("totalSupply"), room.liabilities()) == (400, -400, 0, 0)


def test_what_an_owner_is_said_to_be_able_to_take_out_it_can(room: Room) -> None:
    """Not shares that are worth less than a unit: of those none can be given back."""
    room.do("deposit", 2, ALICE, sender=ALICE)
    room.do("transfer", BOB, SHARES - 1, sender=ALICE)
    assert (room.read("maxRedeem", BOB), room.read("maxWithdraw", BOB)) == (0, 0)
    room.refused("liquidity_pool: no amount", "redeem", SHARES - 1, BOB, BOB, sender=BOB)
    room.do("transfer", BOB, 1, sender=ALICE)
    assert (room.read("maxRedeem", BOB), room.read("maxWithdraw", BOB)) == (SHARES, 1)
    room.do("redeem", SHARES, BOB, BOB, sender=BOB)


def test_bad_withdrawals_are_refused(room: Room) -> None:
    room.do("deposit", 10, ALICE, sender=ALICE)
    room.do("deposit", 10, BOB, sender=BOB)
    room.refused("liquidity_pool: too few shares", "redeem", 10 * SHARES + 1, ALICE, ALICE, sender=ALICE)
    room.refused("liquidity_pool: too few shares", "withdraw", 11, ALICE, ALICE, sender=ALICE)
    room.refused("liquidity_pool: too few shares", "withdraw", 2**255, ALICE, ALICE, sender=ALICE)
    room.refused("liquidity_pool: no amount", "redeem", SHARES - 1, ALICE, ALICE, sender=ALICE)
    room.refused("liquidity_pool: no amount", "withdraw", 0, ALICE, ALICE, sender=ALICE)
    for receiver in (bytes(20), CONTRACT):
        room.refused("liquidity_pool: not a receiver", "withdraw", 1, receiver, ALICE, sender=ALICE)
    room.token.do("block", BOB)
    room.refused("liquidity_pool: transfer refused", "withdraw", 1, BOB, ALICE, sender=ALICE)
    assert (room.read("balanceOf", ALICE), room.liabilities()) == (10 * SHARES, 20)


def test_only_whom_the_owner_allowed_takes_its_money(room: Room) -> None:
    room.do("deposit", 10, ALICE, sender=ALICE)
    room.refused("liquidity_pool: not allowed", "redeem", SHARES, BOB, ALICE, sender=BOB)
    room.refused("liquidity_pool: not allowed", "withdraw", 1, BOB, ALICE, sender=BOB)
    logged = room.event("Approval", "approve", BOB, 3 * SHARES, sender=ALICE)
    assert logged == {"owner": ALICE, "spender": BOB, "value": 3 * SHARES}
    room.do("redeem", SHARES, BOB, ALICE, sender=BOB)
    room.do("withdraw", 1, BOB, ALICE, sender=BOB)
    room.do("transferFrom", ALICE, BOB, SHARES, sender=BOB)
    room.refused("liquidity_pool: not allowed", "transferFrom", ALICE, BOB, 1, sender=BOB)
    assert (room.read("balanceOf", BOB), room.read("allowance", ALICE, BOB), room.gain(BOB)) == (SHARES, 0, 2)


def test_whose_claims_are_frozen_neither_takes_money_out_nor_moves_shares_for_whomever() -> None:
    currency, pool = placed_in_currency()
    case = b"case 4".ljust(32, b"\0")
    pool.do("approve", BOB, 2**256 - 1, sender=ALICE)
    currency.do("freeze_claims", ALICE, case, sender=FREEZER)
    for receiver in (ALICE, BOB):
        for name, arguments, sender in (
            ("withdraw", (1, receiver, ALICE), ALICE),
            ("withdraw", (1, receiver, ALICE), BOB),
            ("redeem", (SHARES, receiver, ALICE), ALICE),
            ("redeem", (SHARES, receiver, ALICE), BOB),
            ("transfer", (receiver, 1), ALICE),
            ("transferFrom", (ALICE, receiver, 1), BOB),
        ):
            assert pool.attempt(name, *arguments, sender=sender).words == "liquidity_pool: claims are frozen"
    assert (pool.read("maxWithdraw", ALICE), pool.read("maxRedeem", ALICE), pool.read("maxWithdraw", BOB)) == (0, 0, 10)
    # Others may still pay it, and it has its money when the case is over.
    pool.do("transfer", ALICE, SHARES, sender=BOB)
    currency.do("unfreeze_claims", ALICE, case, sender=FREEZER)
    pool.do("redeem", 11 * SHARES, ALICE, ALICE, sender=ALICE)
    assert currency.read("balanceOf", ALICE) == 11


def test_a_token_that_knows_no_frozen_claims_binds_nobody(room: Room) -> None:
    """Here the shares of the first pool in a second one."""
    room.do("deposit", 10, ALICE, sender=ALICE)
    second = Placed(load("liquidity_pool"), b"\xb9" * 20, "Second", "SEC", CONTRACT, OPERATOR, now() + TERM)
    room.do("approve", second.address, 10 * SHARES, sender=ALICE)
    second.do("deposit", 10 * SHARES, ALICE, sender=ALICE)
    second.do("transfer", BOB, 4_000 * SHARES, sender=ALICE)
    second.do("redeem", 4_000 * SHARES, BOB, BOB, sender=BOB)
    second.do("withdraw", 6 * SHARES, ALICE, ALICE, sender=ALICE)
    assert [room.read("balanceOf", who) for who in (ALICE, BOB)] == [6 * SHARES, 4 * SHARES]


def test_shares_move(room: Room) -> None:
    room.do("deposit", 1, ALICE, sender=ALICE)
    assert room.event("Transfer", "transfer", BOB, 400, sender=ALICE)["value"] == 400
    room.refused("liquidity_pool: too few shares", "transfer", BOB, 601, sender=ALICE)
    for receiver in (bytes(20), CONTRACT):
        room.refused("liquidity_pool: not a receiver", "transfer", receiver, 1, sender=ALICE)
    assert (room.read("balanceOf", ALICE), room.read("balanceOf", BOB)) == (600, 400)


def test_rounding_is_in_the_pools_favour(room: Room) -> None:
    room.do("deposit", 3, ALICE, sender=ALICE)
    room.do("pay_interest", 4, MEMO, sender=PAYER)
    wait(WEEK)
    # 7 units and the one nobody owns, for 4,000 shares with those nobody owns: a unit is 500 shares.
    assert room.read("convertToAssets", 499) == 0
    assert room.read("previewRedeem", 999) == 1
    assert room.read("previewMint", 501) == 2
    assert room.read("previewWithdraw", 1) == 500
    assert room.read("convertToShares", 1) == room.read("previewDeposit", 1) == 500
    room.do("deposit", 2, BOB, sender=BOB)
    room.do("transfer", ALICE, 1, sender=BOB)
    assert (room.read("maxWithdraw", BOB), room.read("previewWithdraw", 2)) == (1, 1_000)
    assert room.read("maxMint", BOB) == room.read("convertToShares", room.read("maxDeposit", BOB))


def test_the_first_depositor_cannot_take_from_the_second(room: Room) -> None:
    """However dear it makes its shares, by interest or by gifts, it loses more than the second does."""
    room.do("deposit", 1, ALICE, sender=ALICE)
    room.token.do("mint", CONTRACT, 1_000)
    assert room.read("totalAssets") == 1
    room.do("pay_interest", 100_000, MEMO, sender=ALICE)
    wait(WEEK)
    room.do("deposit", 60_000, BOB, sender=BOB)
    room.do("redeem", SHARES, ALICE, ALICE, sender=ALICE)
    room.do("redeem", room.read("balanceOf", BOB), BOB, BOB, sender=BOB)
    lost = 60_000 - room.token.read("balanceOf", BOB) + WEALTH - 60_000
    assert room.gain(ALICE) < -40_000
    assert lost < 20_000


def test_after_its_end_anyone_empties_a_pool_to_its_depositors_and_to_its_operator(room: Room) -> None:
    room.do("deposit", 10, ALICE, sender=ALICE)
    room.do("deposit", 10, BOB, sender=BOB)
    room.do("pay_interest", 5, MEMO, sender=PAYER)
    wait(TERM)
    room.refused("liquidity_pool: has not ended", "exit", id_of(ALICE))
    wait(1)
    assert room.read("held", id_of(OPERATOR)) == 0
    room.refused("liquidity_pool: nothing held", "exit", id_of(STRANGER))
    room.refused("liquidity_pool: not an account", "exit", b"\1" * 32)
    worth = room.read("held", id_of(ALICE))
    gone = room.event("Withdraw", "exit", id_of(ALICE), sender=STRANGER)
    assert gone == {"sender": STRANGER, "receiver": ALICE, "owner": ALICE, "assets": worth, "shares": 10 * SHARES}
    room.do("exit", id_of(BOB), sender=STRANGER)
    left = room.read("held", id_of(OPERATOR))
    assert 0 < left < 3
    room.do("exit", id_of(OPERATOR), sender=STRANGER)
    assert (room.gain(OPERATOR), room.liabilities(), room.read("cash")) == (left, 0, 0)
    for who in (ALICE, OPERATOR):
        room.refused("liquidity_pool: nothing held", "exit", id_of(who))


def test_after_the_end_custody_pays_its_parties_in_shares_before_they_are_paid_out(room: Room) -> None:
    """A loan whose pledge is shares outlives the pool; a stranger ends both, and the pledger has its money."""
    room.do("deposit", 10, ALICE, sender=ALICE)
    loans = Placed(load("peer_loan"), LOANS)
    loan = pledge_shares(room.contract, loans, ALICE, 6 * SHARES, lender=BOB, until=now() + TERM + DAY)
    wait(TERM + 1)
    room.refused("liquidity_pool: custody pays out itself", "exit", id_of(LOANS), sender=STRANGER)
    room.do("exit", id_of(ALICE), sender=STRANGER)
    wait(DAY)
    assert loans.read("liabilities", CONTRACT) == 6 * SHARES
    loans.do("exit", loan, sender=STRANGER)
    room.do("exit", id_of(ALICE), sender=STRANGER)
    assert (room.gain(ALICE), room.read("totalSupply"), room.liabilities()) == (0, 0, 0)
    assert room.read("balanceOf", LOANS) == loans.read("liabilities", CONTRACT) == 0


def test_nobody_keeps_what_no_share_owns_from_the_operator(room: Room) -> None:
    """Bob left dust behind and Alice has pledged hers; it is theirs to the unit though the operator comes first."""
    room.do("deposit", 1_000, ALICE, sender=ALICE)
    room.do("deposit", 1_000, BOB, sender=BOB)
    room.do("pay_interest", 7_000, MEMO, sender=PAYER)
    room.do("redeem", 1_000 * SHARES - 1, BOB, BOB, sender=BOB)
    room.do("redeem", 999 * SHARES, ALICE, ALICE, sender=ALICE)
    loans = Placed(load("peer_loan"), LOANS)
    loan = pledge_shares(room.contract, loans, ALICE, SHARES, lender=BOB, until=now() + TERM + DAY)
    assert room.read("held", id_of(OPERATOR)) == 0
    wait(TERM + 1)
    owned, left = room.read("convertToAssets", SHARES + 1), room.read("held", id_of(OPERATOR))
    worth = room.read("convertToAssets", 10**9)
    assert (owned, left) == (3_503, 3_498)
    for _ in range(3):
        room.do("transfer", ALICE, 1, sender=BOB)
        room.do("transfer", BOB, 1, sender=ALICE)
    gone = room.event("Withdraw", "exit", id_of(OPERATOR), sender=STRANGER)
    assert gone == {"sender": STRANGER, "receiver": OPERATOR, "owner": OPERATOR, "assets": left, "shares": 0}
    assert (room.read("settled"), room.read("cash"), room.read("totalAssets")) == (left, owned + 1, owned + 1)
    assert room.read("convertToAssets", 10**9) == worth
    room.refused("liquidity_pool: nothing held", "exit", id_of(OPERATOR))
    wait(DAY)
    loans.do("exit", loan, sender=STRANGER)
    for who in (ALICE, BOB, OPERATOR):
        room.do("exit", id_of(who), sender=STRANGER)
    assert [room.gain(who) for who in (ALICE, BOB, OPERATOR)] == [3_499 - 1, 3 - 1, left + 2]
    assert (room.read("totalSupply"), room.liabilities()) == (0, 0)


def test_an_operator_with_shares_has_their_worth_and_what_no_share_owns(room: Room) -> None:
    room.do("deposit", 1, ALICE, sender=ALICE)
    room.do("deposit", 1, OPERATOR, sender=BOB)
    room.do("pay_interest", 5, MEMO, sender=PAYER)
    wait(TERM + 1)
    # Seven units and the one that nobody owns, for three thousand shares: Alice's are worth two and two thirds.
    assert (room.read("held", id_of(OPERATOR)), room.read("held", id_of(ALICE))) == (3, 2)
    for who in (OPERATOR, ALICE, OPERATOR):
        room.do("exit", id_of(who), sender=STRANGER)
    # What rounding leaves is the shares' until there are none.
    assert (room.gain(ALICE), room.gain(OPERATOR), room.liabilities()) == (3 - 1, 3 + 1, 0)


def test_a_contract_that_owes_no_shares_is_paid_like_anyone(room: Room) -> None:
    room.do("deposit", 10, TOKEN, sender=ALICE)
    loans = Placed(load("peer_loan"), LOANS)
    room.do("deposit", 10, LOANS, sender=ALICE)
    wait(TERM + 1)
    for who in (TOKEN, LOANS):
        room.do("exit", id_of(who), sender=STRANGER)
    assert (room.token.read("balanceOf", LOANS), loans.read("liabilities", CONTRACT), room.liabilities()) == (10, 0, 0)


def test_a_refused_depositor_has_a_claim_after_the_end(room: Room) -> None:
    room.do("deposit", 10, ALICE, sender=ALICE)
    wait(TERM + 1)
    room.token.do("block", ALICE)
    room.do("exit", id_of(ALICE))
    assert (room.owed(ALICE), room.read("cash"), room.liabilities()) == (10, 0, 10)
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, ALICE)
    assert (room.gain(ALICE), room.liabilities()) == (0, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    room.do("deposit", 10, ALICE, sender=ALICE)
    wait(TERM + 1)
    room.nothing_reenters("redeem", SHARES, ALICE, ALICE, sender=ALICE, entered=["exit", id_of(ALICE)])
    assert room.gain(ALICE) == -9


def test_what_rounding_leaves_of_an_operators_own_shares_comes_with_a_second_exit(room: Room) -> None:
    for who in (ALICE, BOB):
        room.do("deposit", 1_000, who, sender=who)
    room.do("pay_interest", 700, MEMO, sender=PAYER)
    wait(WEEK)
    room.do("transfer", OPERATOR, 498, sender=ALICE)
    wait(TERM)
    for who, left in ((ALICE, 0), (BOB, 0), (OPERATOR, 1), (OPERATOR, 0)):
        room.do("exit", id_of(who), sender=STRANGER)
        assert room.read("held", id_of(who)) == left
    assert room.read("cash") == room.liabilities() == 0
