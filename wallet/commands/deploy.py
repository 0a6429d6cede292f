"""A Vyper contract, compiled here and put on the network."""

import argparse
from pathlib import Path

from contracts import compile_file, parse_arguments
from contracts.errors import WrongArgument, WrongArgumentCount
from wallet.errors import WrongUsage
from wallet.options import Parser, add_signing, consent_of
from wallet.session import Result, Session
from wallet.submission import check_ready, submit
from wallet.transactions import Call

EXAMPLE = 'jiaozi-wallet deploy shop.vy 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "Corner Shop" 250'


def configure(parser: Parser) -> None:
    parser.add_argument("source", metavar="FILE.vy", help="the contract's source")
    parser.add_argument("arguments", nargs="*", metavar="ARG", help="the constructor's arguments; lists as JSON")
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    account = session.keystore.select(session.settings.account)
    check_ready(session, consent)
    artifact = compile_file(Path(arguments.source))
    try:
        given = parse_arguments(artifact.interface.constructor, arguments.arguments, target=artifact.name)
    except (WrongArgument, WrongArgumentCount) as error:
        raise WrongUsage(str(error)) from error
    node = session.connect()
    call = Call(None, artifact.init_code(*given))
    return submit(session, node, account, call, session.knowledge({}, deployment=artifact), consent)
