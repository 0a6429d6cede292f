"""A payment, in the e-cash, in a token or in the network's own coin."""

import argparse

from contracts import load
from wallet.addresses import parse_payee
from wallet.errors import BadReference
from wallet.money import Money, parse_payment
from wallet.options import Parser, add_signing, add_token, consent_of
from wallet.references import parse_reference
from wallet.session import Result, Session
from wallet.submission import check_ready, submit
from wallet.tokens import by_token, chosen_token, read_currency
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet send 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 25.00 --memo INV-2024-001"


def configure(parser: Parser) -> None:
    parser.add_argument("to", metavar="TO", help="the payee's address")
    parser.add_argument("amount", metavar="AMOUNT", help="in major units, such as 25.00")
    add_token(parser)
    parser.add_argument(
        "--memo", metavar="REF", help="payment reference, at most 32 bytes; only the e-cash carries one"
    )
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    account = session.keystore.select(session.settings.account)
    payee, token = parse_payee(arguments.to), chosen_token(session.settings)
    reference = None if arguments.memo is None else parse_reference(arguments.memo)
    check_ready(session, consent)
    node = session.connect()
    currency = read_currency(node, session.settings, token)
    call = payment(parse_payment(arguments.amount, currency), payee, reference)
    return submit(session, node, account, call, session.knowledge(by_token(currency)), consent)


def payment(money: Money, payee: bytes, reference: bytes | None) -> Call:
    token = money.currency.token
    if token is None:
        if reference is not None:
            raise BadReference(money.currency.symbol, "cannot travel with the network's own coin; pay in e-cash")
        return Call(payee, value=money.minor)
    if reference is None:
        return Call(token, load("ecash").encode_call("transfer", payee, money.minor))
    return Call(token, load("ecash").encode_call("transfer_with_memo", payee, money.minor, reference))
