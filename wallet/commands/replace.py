"""The other way out of a stuck payment: the same transaction with a better offer, or another payment in its place."""

import argparse

from wallet.addresses import parse_payee
from wallet.commands.send import payment
from wallet.errors import NothingToReplace, WrongUsage
from wallet.money import Currency, parse_payment
from wallet.node_client import Node
from wallet.options import Parser, add_signing, add_token, consent_of, nonce
from wallet.references import parse_reference
from wallet.replacing import find_waiting
from wallet.session import Result, Session
from wallet.submission import carry_out, check_ready, prepare_replacement
from wallet.tokens import chosen_token, read_currencies, read_currency
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet replace 7 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 20.00"


def configure(parser: Parser) -> None:
    parser.add_argument("nonce", type=nonce, metavar="NONCE", help="as `jiaozi-wallet pending` shows it")
    parser.add_argument("to", nargs="?", metavar="TO", help="another payee; without it the same transaction goes again")
    parser.add_argument("amount", nargs="?", metavar="AMOUNT", help="what that payee gets")
    add_token(parser)
    parser.add_argument("--memo", metavar="REF", help="payment reference of the new payment")
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    if (arguments.to is None) != (arguments.amount is None) or (arguments.to is None and arguments.memo is not None):
        raise WrongUsage("a new payment needs TO and AMOUNT; give both, or neither to send the same again")
    account = session.keystore.select(session.settings.account)
    check_ready(session, consent)
    node = session.connect()
    new = None if arguments.to is None else _new_payment(arguments, session, node)
    stuck = find_waiting(session, node, account.address, arguments.nonce)
    if new is None and stuck is None:
        raise NothingToReplace("this node does not show what waits; say the new payment in full: NONCE TO AMOUNT")
    call = new if new is not None or stuck is None else stuck.call
    assert call is not None
    offer = None if stuck is None else stuck.offer
    draft = prepare_replacement(node, account.address, call, arguments.nonce, offer, consent.gas_limit)
    return carry_out(session, node, account, draft, session.knowledge(_currencies(session, node)), consent)


def _new_payment(arguments: argparse.Namespace, session: Session, node: Node) -> Call:
    reference = None if arguments.memo is None else parse_reference(arguments.memo)
    currency = read_currency(node, session.settings, chosen_token(session.settings))
    return payment(parse_payment(arguments.amount, currency), parse_payee(arguments.to), reference)


def _currencies(session: Session, node: Node) -> dict[bytes, Currency]:
    tokens = {session.settings.ecash, chosen_token(session.settings)}
    return read_currencies(node, session.settings, [token for token in tokens if token is not None])
