"""Saying, as the payee, that a stage is delivered; starts the payer's review if one was agreed."""

import argparse

from contracts import load
from wallet.deals import act, configure_stage_action, parse_terms
from wallet.options import Parser
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet escrow submit 0x6f...e1 0 --evidence delivery-note.pdf --from seller"


def configure(parser: Parser) -> None:
    configure_stage_action(parser)
    parser.add_argument("--evidence", required=True, metavar="FILE", help="what shows it: a file, or its keccak hash")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    evidence = parse_terms(arguments.evidence)
    return act(
        arguments,
        session,
        lambda agreement: load("escrow").encode_call("submit", agreement.id, arguments.stage, evidence),
    )
