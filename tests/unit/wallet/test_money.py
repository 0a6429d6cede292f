"""Money is parsed exactly or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import BadAmount
from wallet.money import NATIVE, Currency, Money, decimal_text, parse_money, parse_payment, shown, shown_in_full

JZ = Currency("JZ", "Jiaozi", 2, bytes(19) + b"\1")
YEN = Currency("YEN", "Yen", 0, bytes(19) + b"\2")

currencies = st.builds(Currency, st.just("X"), st.just("x"), st.integers(0, 77), st.none())


@given(st.integers(0, 2**256 - 1), currencies)
def test_what_is_written_reads_back_as_the_same_money(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert parse_money(decimal_text(money), currency) == money


@given(st.integers(0, 10**20), st.integers(0, 99))
def test_minor_units_are_the_decimal_times_a_hundred(major: int, cents: int) -> None:
    text = f"{major}.{cents:02d}"
    assert parse_money(text, JZ).minor == Decimal(text) * 100


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("25", JZ, 2500),
        ("25.0", JZ, 2500),
        ("25.00", JZ, 2500),
        ("0.01", JZ, 1),
        ("007.10", JZ, 710),
        ("3", YEN, 3),
        ("1.000000000000000001", NATIVE, 10**18 + 1),
    ],
)
def test_a_decimal_becomes_minor_units(text: str, currency: Currency, minor: int) -> None:
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["25.001", "25.000", "0.001"])
def test_more_decimals_than_the_currency_has_are_refused_even_if_zero(text: str) -> None:
    with pytest.raises(BadAmount, match=r"has more decimals than JZ has \(2\)"):
        parse_money(text, JZ)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1e3", "1,000", "1,5", ".5", "5.", "0x10", " 1", "1 ", "\uff11", "1_0", "nan", "1.2.3", "1\n"],
)
def test_anything_but_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(BadAmount, match="is not a plain decimal number"):
        parse_money(text, JZ)


def test_no_amount_exceeds_what_a_contract_can_book() -> None:
    assert parse_money(str(2**256 - 1), YEN).minor == 2**256 - 1
    with pytest.raises(BadAmount, match="larger than any contract can book"):
        parse_money(str(2**256), YEN)


def test_a_payment_of_nothing_is_refused() -> None:
    assert parse_money("0.00", JZ).minor == 0
    with pytest.raises(BadAmount, match="is nothing"):
        parse_payment("0.00", JZ)


def test_money_is_shown_with_all_its_cents_and_without_the_coins_idle_zeros() -> None:
    assert shown(Money(2500, JZ)) == "25.00 JZ"
    assert shown(Money(5, JZ)) == "0.05 JZ"
    assert shown(Money(10**18, NATIVE)) == "1 ETH"
    assert shown(Money(15 * 10**17, NATIVE)) == "1.5 ETH"
    assert shown(Money(7, YEN)) == "7 YEN"
    assert shown_in_full(Money(2500, JZ)) == "25.00 JZ (Jiaozi)"
