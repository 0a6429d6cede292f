"""Releasing one stage: by the payer's word, by its silence after a review, or by a fact that was agreed on."""

import argparse

from contracts import load
from wallet.deals import act, configure_stage_action
from wallet.errors import WrongUsage
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow approve 0x6f...e1 0"


def configure(parser: Parser) -> None:
    configure_stage_action(parser)
    parser.add_argument("--deemed", action="store_true", help="the payer let the review pass; anyone may do it")
    parser.add_argument("--met", action="store_true", help="the fact that releases it is final; anyone may do it")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    if arguments.deemed and arguments.met:
        raise WrongUsage("--deemed and --met are two different grounds; give one of them")
    name = "approve_deemed" if arguments.deemed else "release_met" if arguments.met else "approve"
    return act(arguments, session, lambda agreement: load("escrow").encode_call(name, agreement.id, arguments.stage))
