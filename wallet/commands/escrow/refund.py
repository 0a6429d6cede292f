"""Giving everything back: the payee at any time, anyone after the last deadline."""

import argparse

from contracts import load
from wallet.deals import act, configure_action
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow refund 0x6f...e1"


def configure(parser: Parser) -> None:
    configure_action(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    return act(arguments, session, lambda agreement: load("escrow").encode_call("refund", agreement.id))
