"""Collecting what a payment out of escrow left behind because the token refused it at the time."""

import argparse

from contracts import load
from wallet.addresses import parse_payee
from wallet.errors import WrongUsage
from wallet.options import Parser, add_escrow, add_signing, add_token, consent_of
from wallet.session import Result, Session
from wallet.submission import check_ready, submit
from wallet.tokens import by_token, chosen_token, read_currency
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet escrow claim"


def configure(parser: Parser) -> None:
    parser.add_argument("who", nargs="?", metavar="ADDRESS", help="whose claim; without it, the signing account's")
    add_token(parser)
    add_escrow(parser)
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    account = session.keystore.select(session.settings.account)
    who = account.address if arguments.who is None else parse_payee(arguments.who)
    token = chosen_token(session.settings)
    if token is None:
        raise WrongUsage("the network's own coin is never in escrow; choose ecash or a token with --token")
    check_ready(session, consent)
    node = session.connect()
    currency = read_currency(node, session.settings, token)
    call = Call(session.settings.escrow, load("escrow").encode_call("claim", token, who))
    return submit(session, node, account, call, session.knowledge(by_token(currency)), consent)
