"""Currencies and balances, as the token contracts state them.

The rule: a token's own words are shown as its own. Only the e-cash that the settings name goes without its address
behind the name, because anybody can deploy a token that calls itself something else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from contracts import Undecodable, load
from wallet.addresses import checksummed, parse_address
from wallet.errors import WrongUsage
from wallet.money import NATIVE, Currency, Money
from wallet.node_client import Node, Request, call, octets, quantity
from wallet.profile import Settings

LONGEST_NAME: Final = 32
MOST_DECIMALS: Final = 77


@dataclass(frozen=True, slots=True)
class Holding:
    """`free` is what can be paid now; less than `balance` where money is frozen."""

    balance: Money
    free: Money


def chosen_token(settings: Settings) -> bytes | None:
    """The token contract that --token names; None for the network's own coin."""
    if settings.token == "ecash":
        return settings.ecash
    if settings.token == "eth":
        return None
    if not settings.token.startswith("0x"):
        raise WrongUsage(f"{settings.token!r} is no token; --token takes ecash, eth or a token contract's address")
    return parse_address(settings.token)


def read_currency(node: Node, settings: Settings, token: bytes | None) -> Currency:
    return NATIVE if token is None else read_currencies(node, settings, [token])[token]


def read_currencies(node: Node, settings: Settings, tokens: Iterable[bytes]) -> dict[bytes, Currency]:
    """One round trip for all of them."""
    ecash = load("ecash")
    wanted = sorted(set(tokens))
    functions = ("decimals", "symbol", "name")
    answers = node.batch(*(call(token, ecash.encode_call(name)) for token in wanted for name in functions))
    replies = [octets(answer, node.url) for answer in answers]
    return {
        token: _currency(token, *replies[3 * place : 3 * place + 3], is_ecash=token == settings.ecash)
        for place, token in enumerate(wanted)
    }


def read_holding(node: Node, settings: Settings, owner: bytes, currency: Currency) -> Holding:
    if currency.token is None:
        balance = quantity(node.ask("eth_getBalance", checksummed(owner), "latest"), node.url)
        return Holding(Money(balance, currency), Money(balance, currency))
    answers = node.batch(*_holding_requests(settings, owner, currency.token))
    amounts = [_amount(octets(answer, node.url), currency.token) for answer in answers]
    return Holding(Money(amounts[0], currency), Money(amounts[-1], currency))


def read_allowance(node: Node, token: bytes, owner: bytes, spender: bytes) -> int:
    request = call(token, load("ecash").encode_call("allowance", owner, spender))
    return _amount(octets(node.batch(request)[0], node.url), token)


def by_token(currency: Currency) -> Mapping[bytes, Currency]:
    return {} if currency.token is None else {currency.token: currency}


def _holding_requests(settings: Settings, owner: bytes, token: bytes) -> list[Request]:
    # Freezes are this e-cash's own; another token has no such function.
    names = ("balanceOf", "available") if token == settings.ecash else ("balanceOf",)
    return [call(token, load("ecash").encode_call(name, owner)) for name in names]


def _currency(token: bytes, decimals: bytes, symbol: bytes, name: bytes, *, is_ecash: bool) -> Currency:
    places = _amount(decimals, token)
    if places > MOST_DECIMALS:
        raise WrongUsage(f"the contract at {checksummed(token)} states {places} decimals, so it is no money")
    called = _words("name", name) or "a token without a name"
    return Currency(
        symbol=_words("symbol", symbol) or "tokens",
        name=called if is_ecash else f"{called}, a token at {checksummed(token)}",
        decimals=places,
        token=token,
    )


def _amount(answer: bytes, token: bytes) -> int:
    if len(answer) != 32:
        raise WrongUsage(f"there is no token at {checksummed(token)} on this network; check --token, --ecash and --rpc")
    return int.from_bytes(answer, "big")


def _words(function: str, answer: bytes) -> str:
    """Short and harmless on a screen; empty where the token says nothing of the kind. Some answer in 32 bytes."""
    try:
        text = str(load("ecash").decode_result(function, answer))
    except Undecodable:
        text = answer.rstrip(b"\0").decode("utf-8", errors="replace") if len(answer) == 32 else ""
    return "".join(character for character in text if character.isprintable())[:LONGEST_NAME].strip()
