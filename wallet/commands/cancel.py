"""The way out of a stuck payment: a transaction that does nothing takes its nonce."""

import argparse

from wallet.options import Parser, add_signing, consent_of, nonce
from wallet.replacing import find_waiting
from wallet.session import Result, Session
from wallet.submission import carry_out, check_ready, prepare_replacement
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet cancel 7"


def configure(parser: Parser) -> None:
    parser.add_argument("nonce", type=nonce, metavar="NONCE", help="as `jiaozi-wallet pending` shows it")
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    account = session.keystore.select(session.settings.account)
    check_ready(session, consent)
    node = session.connect()
    stuck = find_waiting(session, node, account.address, arguments.nonce)
    nothing = Call(account.address)
    offer = None if stuck is None else stuck.offer
    draft = prepare_replacement(node, account.address, nothing, arguments.nonce, offer, consent.gas_limit)
    return carry_out(session, node, account, draft, session.knowledge({}), consent)
