"""What settles, and its totals."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.app import decimal_text
from bridge.settlement import Payment, Payout, Total, by_token, settled, total
from contracts import Event

SHOP, BAKER = b"\x01" * 20, b"\x02" * 20
JZ, OTHER = b"\x0a" * 20, b"\x0b" * 20
DEALS = [bytes([number]) * 32 for number in range(4)]

items = st.one_of(
    st.builds(Payment, st.binary(min_size=32, max_size=32), st.sampled_from([SHOP, BAKER]), st.integers(0, 2**128)),
    st.builds(Payout, st.sampled_from(DEALS), st.integers(0, 2**128)),
)


def test_only_referenced_payments_and_payouts_to_payees_settle() -> None:
    paid = Event("TransferWithMemo", {"sender": BAKER, "receiver": SHOP, "memo": b"\x07" * 32, "value": 5})
    assert settled(paid) == Payment(b"\x07" * 32, SHOP, 5)
    assert settled(Event("Released", {"id": DEALS[1], "payee": SHOP, "value": 5})) == Payout(DEALS[1], 5)
    assert settled(Event("Ruled", {"id": DEALS[1], "arbiter": SHOP, "to_payee": 2, "to_payer": 3})) == Payout(
        DEALS[1], 2
    )
    for nothing in ("Transfer", "Refunded", "Closed", "Minted"):
        assert settled(Event(nothing, {"value": 5})) is None


@given(st.lists(items))
def test_every_item_is_in_exactly_one_total(listed: list[Payment | Payout]) -> None:
    totals = total(listed)
    tokens = {deal: JZ if deal in DEALS[:2] else OTHER for deal in DEALS}
    parts = [totals.payments, *by_token(totals.by_deal, tokens).values()]
    assert sum(part.count for part in parts) == len(listed)
    assert sum(part.minor for part in parts) == sum(item.minor for item in listed)
    assert sum(part.minor for part in totals.by_receiver.values()) == totals.payments.minor


@given(st.lists(items), st.integers(0, 10))
def test_two_ranges_total_what_one_does(listed: list[Payment | Payout], cut: int) -> None:
    first, second, whole = total(listed[:cut]), total(listed[cut:]), total(listed)
    assert first.payments.count + second.payments.count == whole.payments.count
    assert first.payments.minor + second.payments.minor == whole.payments.minor


def test_deals_come_together_by_their_token() -> None:
    by_deal = {DEALS[0]: Total(1, 5), DEALS[1]: Total(2, 7), DEALS[2]: Total(1, 9)}
    assert by_token(by_deal, {DEALS[0]: JZ, DEALS[1]: JZ, DEALS[2]: OTHER}) == {JZ: Total(3, 12), OTHER: Total(1, 9)}


def test_amounts_are_written_with_all_their_decimals() -> None:
    assert [decimal_text(minor, 2) for minor in (0, 5, 250, 123456)] == ["0.00", "0.05", "2.50", "1234.56"]
    assert decimal_text(7, 0) == "7"
