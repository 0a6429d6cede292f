"""Refusing, as the payer and within the review, what was submitted for a stage."""

import argparse

from contracts import load
from wallet.deals import act, configure_stage_action, parse_terms
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow reject 0x6f...e1 0 --reason complaint.txt --from buyer"


def configure(parser: Parser) -> None:
    configure_stage_action(parser)
    parser.add_argument("--reason", required=True, metavar="FILE", help="what is wrong: a file, or its keccak hash")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    reason = parse_terms(arguments.reason)
    return act(
        arguments,
        session,
        lambda agreement: load("escrow").encode_call("reject", agreement.id, arguments.stage, reason),
    )
