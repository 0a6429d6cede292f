"""What an account has, of the e-cash, the network's own coin, or one token."""

import argparse

from wallet.addresses import ADDRESS_TEXT, checksummed, parse_address
from wallet.money import NATIVE, Money, decimal_text, shown
from wallet.options import Parser, add_account, add_node, add_token
from wallet.session import Result, Session
from wallet.tokens import Holding, chosen_token, read_currency, read_holding

EXAMPLE = "jiaozi-wallet balance savings --token ecash"


def configure(parser: Parser) -> None:
    parser.add_argument(
        "account", nargs="?", metavar="ADDRESS", help="any address, or an index or label of the keystore"
    )
    add_account(parser)
    add_node(parser)
    add_token(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    owner = _owner(arguments.account, session)
    token = chosen_token(session.settings)
    node = session.connect()
    currency = read_currency(node, session.settings, token)
    holdings = [read_holding(node, session.settings, owner, currency)]
    if arguments.token is None and token is not None:
        holdings.append(read_holding(node, session.settings, owner, NATIVE))
    return Result(
        {"address": checksummed(owner), "balances": [_document(holding) for holding in holdings]},
        "\n".join(_words(holding) for holding in holdings),
    )


def _owner(choice: str | None, session: Session) -> bytes:
    if choice is not None and ADDRESS_TEXT.fullmatch(choice):
        return parse_address(choice)
    return session.keystore.select(choice if choice is not None else session.settings.account).address


def _document(holding: Holding) -> dict[str, object]:
    currency = holding.balance.currency
    return {
        "token": "eth" if currency.token is None else checksummed(currency.token),
        "symbol": currency.symbol,
        "decimals": currency.decimals,
        "balance": decimal_text(holding.balance),
        "balance_minor": holding.balance.minor,
        "available_minor": holding.free.minor,
    }


def _words(holding: Holding) -> str:
    frozen = holding.balance.minor - holding.free.minor
    if not frozen:
        return shown(holding.balance)
    return f"{shown(holding.balance)}, of which {shown(Money(frozen, holding.balance.currency))} frozen"
