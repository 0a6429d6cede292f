"""Paying the payee out of what is held."""

import argparse

from contracts import load
from contracts.deals import held_in
from wallet.deals import Agreement, act, configure_action
from wallet.money import parse_payment
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow release 0x6f...e1 250.00"


def configure(parser: Parser) -> None:
    configure_action(parser)
    parser.add_argument("amount", nargs="?", metavar="AMOUNT", help="in major units; without it, all that is held")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    def data(agreement: Agreement) -> bytes:
        whole = arguments.amount is None
        amount = held_in(agreement.deal) if whole else parse_payment(arguments.amount, agreement.currency).minor
        return load("escrow").encode_call("release", agreement.id, amount)

    return act(arguments, session, data)
