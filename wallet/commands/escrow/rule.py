"""The arbiter's decision: what the payee gets; the payer gets the rest."""

import argparse

from contracts import load
from wallet.deals import Agreement, act, configure_action
from wallet.money import parse_money
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow rule 0x6f...e1 120.00 --from arbiter"


def configure(parser: Parser) -> None:
    configure_action(parser)
    parser.add_argument("to_payee", metavar="TO_PAYEE", help="what the payee gets, in major units; 0 for nothing")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    def data(agreement: Agreement) -> bytes:
        to_payee = parse_money(arguments.to_payee, agreement.currency).minor
        return load("escrow").encode_call("rule", agreement.id, to_payee)

    return act(arguments, session, data)
