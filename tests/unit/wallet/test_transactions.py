"""Fees and what takes a waiting transaction's place."""

from hypothesis import assume, given
from hypothesis import strategies as st

from wallet.transactions import Call, Draft, Fees, Offer, fees_for, fields, gas_limit_for, outbid

BLOCK_GAS = 30_000_000
FREE = Fees(tip=0, cap=0, dynamic=True)
fees_in_wei = st.integers(0, 10**12)


def wins(challenger: Offer, waiting: Offer) -> bool:
    """The rule of the pool: higher tip, then higher fee cap, then higher gas limit."""
    ours = (challenger.tip, challenger.cap, challenger.gas_limit)
    return ours > (waiting.tip, waiting.cap, waiting.gas_limit)


@given(fees_in_wei, fees_in_wei, st.integers(21_000, BLOCK_GAS), fees_in_wei, fees_in_wei, st.booleans())
def test_a_replacement_always_wins(tip: int, cap: int, gas: int, our_tip: int, base_fee: int, dynamic: bool) -> None:
    assume(tip <= cap)
    waiting = Offer(tip if dynamic else cap, cap, gas)
    current = fees_for(base_fee if dynamic else None, our_tip, base_fee)
    fees, gas_limit = outbid(waiting, current, 21_000, BLOCK_GAS)
    assert wins(Offer(fees.tip, fees.cap, gas_limit), waiting)
    assert fees.tip <= fees.cap and gas_limit <= BLOCK_GAS


def test_where_gas_is_free_a_replacement_stays_free() -> None:
    assert outbid(Offer(0, 0, 80_000), FREE, 21_000, BLOCK_GAS) == (FREE, 80_001)


def test_where_gas_is_free_and_no_more_fits_a_block_the_least_tip_is_offered() -> None:
    assert outbid(Offer(0, 0, BLOCK_GAS), FREE, 21_000, BLOCK_GAS) == (Fees(1, 1, True), 21_000)


@given(fees_in_wei, fees_in_wei)
def test_where_gas_costs_both_fees_rise_by_the_tenth_that_nodes_ask_for(tip: int, more: int) -> None:
    assume(tip > 0)
    fees, _ = outbid(Offer(tip, tip + more, 90_000), Fees(1, 1, True), 21_000, BLOCK_GAS)
    assert 10 * fees.tip >= 11 * tip and 10 * fees.cap >= 11 * (tip + more)


def test_the_usual_fees_of_a_network() -> None:
    assert fees_for(0, 0, 0) == FREE
    assert fees_for(100, 7, 999) == Fees(tip=7, cap=207, dynamic=True)
    assert fees_for(None, 7, 999) == Fees(tip=999, cap=999, dynamic=False)


def test_the_gas_limit_leaves_room_within_the_block() -> None:
    assert gas_limit_for(21_000, BLOCK_GAS) == 21_000
    assert gas_limit_for(40_000, BLOCK_GAS) == 50_000
    assert gas_limit_for(BLOCK_GAS - 1, BLOCK_GAS) == BLOCK_GAS


def test_a_draft_is_signed_as_the_type_its_network_knows() -> None:
    call = Call(b"\x11" * 20, b"\x01", 5)
    modern = fields(Draft(b"\x22" * 20, 20200, 3, 50_000, FREE, call))
    assert modern["type"] == 2 and modern["maxFeePerGas"] == 0 and "gasPrice" not in modern
    older = fields(Draft(b"\x22" * 20, 20200, 3, 50_000, Fees(9, 9, False), call))
    assert older["gasPrice"] == 9 and "type" not in older
    assert "to" not in fields(Draft(b"\x22" * 20, 20200, 3, 50_000, FREE, Call(None, b"\x60")))
