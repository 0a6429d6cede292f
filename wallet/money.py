"""Money: whole minor units of a currency.

The rule: decimal text becomes an int exactly or is refused. Nothing is ever rounded, and no float exists.
"""

import re
from dataclasses import dataclass
from typing import Final

from wallet.errors import BadAmount

AMOUNT_TEXT: Final = re.compile(r"(?P<major>[0-9]{1,78})(\.(?P<fraction>[0-9]{1,78}))?")
LARGEST_MINOR: Final = 2**256 - 1
# Cents are always written out; the eighteen decimals of a native coin are not.
ALWAYS_SHOWN_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Currency:
    """`token` is the contract that keeps its books; None is the network's own coin."""

    symbol: str
    name: str
    decimals: int
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: Currency


NATIVE: Final = Currency(symbol="ETH", name="the network's own coin", decimals=18, token=None)


def parse_money(text: str, currency: Currency) -> Money:
    match = AMOUNT_TEXT.fullmatch(text)
    if match is None:
        raise BadAmount(text, "is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent")
    fraction = match["fraction"] or ""
    if len(fraction) > currency.decimals:
        raise BadAmount(text, f"has more decimals than {currency.symbol} has ({currency.decimals})")
    minor = int(match["major"] + fraction.ljust(currency.decimals, "0"))
    if minor > LARGEST_MINOR:
        raise BadAmount(text, "is larger than any contract can book")
    return Money(minor, currency)


def parse_payment(text: str, currency: Currency) -> Money:
    """An amount that moves something."""
    money = parse_money(text, currency)
    if money.minor == 0:
        raise BadAmount(text, "is nothing; say how much is to move")
    return money


def decimal_text(money: Money) -> str:
    """The amount alone, as `parse_money` reads it back."""
    decimals = money.currency.decimals
    if decimals == 0:
        return str(money.minor)
    digits = str(money.minor).rjust(decimals + 1, "0")
    major, fraction = digits[:-decimals], digits[-decimals:]
    if decimals > ALWAYS_SHOWN_DECIMALS:
        fraction = fraction.rstrip("0")
    return f"{major}.{fraction}" if fraction else major


def shown(money: Money) -> str:
    """As a person reads it: 25.00 JZ."""
    return f"{decimal_text(money)} {money.currency.symbol}"


def shown_in_full(money: Money) -> str:
    """As a person confirms it: 25.00 JZ (Jiaozi)."""
    return f"{shown(money)} ({money.currency.name})"
