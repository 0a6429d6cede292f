"""The ordinary ends of a deal."""

from typing import Any

import boa

from contracts.deals import DealState

TERM_SECONDS = 1_000
AMOUNT = 100_00


def test_releases_add_up_to_the_whole_and_close_the_deal(funded: Any, parties: Any, logged: Any) -> None:
    escrow, token = funded.escrow, funded.token
    escrow.release(funded.id, 33_33, sender=parties.alice)
    assert logged(escrow, "Released") == [(funded.id, parties.bob, 33_33, AMOUNT, 66_67)]
    assert logged(escrow, "Closed") == []
    assert (escrow.held(funded.id), token.balanceOf(parties.bob)) == (66_67, 33_33)
    escrow.release(funded.id, 66_67, sender=parties.alice)
    assert logged(escrow, "Closed") == [(funded.id, parties.alice, 66_67, 0)]
    assert (escrow.held(funded.id), token.balanceOf(parties.bob)) == (0, AMOUNT)
    assert escrow.liabilities(token.address) == token.balanceOf(escrow.address) == 0
    assert escrow.deal(funded.id)[-1] == DealState.CLOSED


def test_bad_releases_are_refused(funded: Any, parties: Any) -> None:
    for caller in (parties.bob, parties.arbiter, parties.stranger):
        with boa.reverts("escrow: not the payer"):
            funded.escrow.release(funded.id, 1, sender=caller)
    with boa.reverts("escrow: no amount"):
        funded.escrow.release(funded.id, 0, sender=parties.alice)
    with boa.reverts("escrow: more than is held"):
        funded.escrow.release(funded.id, AMOUNT + 1, sender=parties.alice)


def test_an_unfunded_deal_releases_and_refunds_nothing(opened: Any, parties: Any) -> None:
    with boa.reverts("escrow: holds nothing"):
        opened.escrow.release(opened.id, 1, sender=parties.alice)
    with boa.reverts("escrow: holds nothing"):
        opened.escrow.refund(opened.id, sender=parties.bob)
    with boa.reverts("escrow: not funded"):
        opened.escrow.dispute(opened.id, sender=parties.alice)


def test_a_closed_deal_does_nothing_more(funded: Any, parties: Any) -> None:
    funded.escrow.release(funded.id, AMOUNT, sender=parties.alice)
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    with boa.reverts("escrow: not open"):
        funded.escrow.fund(funded.id, sender=parties.alice)
    with boa.reverts("escrow: holds nothing"):
        funded.escrow.release(funded.id, 1, sender=parties.alice)
    with boa.reverts("escrow: holds nothing"):
        funded.escrow.refund(funded.id, sender=parties.bob)
    with boa.reverts("escrow: not funded"):
        funded.escrow.dispute(funded.id, sender=parties.bob)
    with boa.reverts("escrow: nothing to exit"):
        funded.escrow.exit(funded.id, sender=parties.alice)


def test_the_payee_gives_back_at_any_time(funded: Any, parties: Any, logged: Any) -> None:
    funded.escrow.release(funded.id, 10_00, sender=parties.alice)
    funded.escrow.refund(funded.id, sender=parties.bob)
    assert logged(funded.escrow, "Refunded") == [(funded.id, parties.alice, 90_00, 90_00, 0)]
    assert funded.token.balanceOf(parties.alice) == 90_00
    assert funded.escrow.deal(funded.id)[-1] == DealState.CLOSED


def test_nobody_else_refunds_before_the_deadline_is_over(funded: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS)
    for caller in (parties.alice, parties.arbiter, parties.stranger):
        with boa.reverts("escrow: deadline has not passed"):
            funded.escrow.refund(funded.id, sender=caller)
        with boa.reverts("escrow: deadline has not passed"):
            funded.escrow.exit(funded.id, sender=caller)
    boa.env.time_travel(seconds=1)
    funded.escrow.refund(funded.id, sender=parties.stranger)
    assert funded.token.balanceOf(parties.alice) == AMOUNT


def test_after_the_deadline_anyone_exits_to_the_payer(funded: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    funded.escrow.exit(funded.id, sender=parties.stranger)
    assert funded.token.balanceOf(parties.alice) == AMOUNT
    assert funded.token.balanceOf(parties.stranger) == 0
    assert funded.escrow.deal(funded.id)[-1] == DealState.CLOSED


def test_a_deal_never_funded_is_closed_by_exit(opened: Any, parties: Any, logged: Any) -> None:
    with boa.reverts("escrow: deadline has not passed"):
        opened.escrow.exit(opened.id, sender=parties.stranger)
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    opened.escrow.exit(opened.id, sender=parties.stranger)
    assert logged(opened.escrow, "Closed") == [(opened.id, parties.stranger, 0, 0)]
    assert opened.token.balanceOf(parties.alice) == AMOUNT


def test_the_payer_may_still_release_late(funded: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    funded.escrow.release(funded.id, AMOUNT, sender=parties.alice)
    assert funded.token.balanceOf(parties.bob) == AMOUNT


def test_exit_works_while_the_currency_is_paused(funded: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    funded.token.pause(sender=parties.pauser)
    funded.escrow.exit(funded.id, sender=parties.stranger)
    assert funded.token.balanceOf(parties.alice) == AMOUNT
