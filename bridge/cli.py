"""argv -> one command -> an exit code: 0 done, 1 refused or failed, 2 wrong usage.

The rule: results on stdout, everything else on stderr, and no command that does not yet do what it says.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, TextIO

from bridge.errors import BridgeError, WrongUsage
from contracts import ECASH, ESCROW
from contracts.errors import ContractsError

DEFAULT_RPC: Final = "http://127.0.0.1:8545"
EXAMPLE: Final = "jiaozi-bridge report --rpc http://127.0.0.1:8545 --from-block 1200 --json"
ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUsage(f"{message}; see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    return run(sys.argv[1:] if argv is None else argv, os.environ, sys.stdout, sys.stderr)


def run(argv: Sequence[str], environment: Mapping[str, str], stdout: TextIO, stderr: TextIO) -> int:
    try:
        arguments = parser(environment).parse_args(argv)
        stdout.write(report(arguments) + "\n")
    except (BridgeError, ContractsError) as error:
        stderr.write(f"jiaozi-bridge: {_printable(str(error))}\n")
        return error.exit_code if isinstance(error, BridgeError) else 1
    except SystemExit as shown:  # --help
        return int(shown.code or 0)
    return 0


def parser(environment: Mapping[str, str]) -> Parser:
    top = Parser(
        prog="jiaozi-bridge",
        description="Card, QR and bank rails to on-chain settlement. So far it reports what has settled.",
        epilog=f"exit codes: 0 done, 1 refused or failed, 2 wrong usage\n\nexample:\n  {EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    summary = "total what has settled: payments with a reference, and payouts of escrow"
    of_report = commands.add_parser(
        "report",
        help=summary,
        description=summary.capitalize() + ".",
        epilog=f"example:\n  {EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    configure_report(of_report, environment.get("JIAOZI_RPC") or DEFAULT_RPC)
    return top


def configure_report(parser: argparse.ArgumentParser, rpc: str) -> None:
    node = f"a node's JSON-RPC (env JIAOZI_RPC, else {DEFAULT_RPC})"
    start = "where to begin: what the last report said to read on with (0)"
    elsewhere = "where it is not the genesis one"
    parser.add_argument("--rpc", metavar="URL", type=_url, default=rpc, help=node)
    parser.add_argument("--from-block", metavar="N", type=_number, default=0, help=start)
    parser.add_argument("--to-block", metavar="N", type=_number, help="where to end (the last final block)")
    parser.add_argument("--ecash", metavar="ADDRESS", type=_address, default=ECASH, help=elsewhere)
    parser.add_argument("--escrow", metavar="ADDRESS", type=_address, default=ESCROW, help=elsewhere)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of words")


def report(arguments: argparse.Namespace) -> str:
    # web3 takes longer to load than --help should.
    from bridge.app import as_document, as_text, make_report
    from bridge.ledger_events import Ledger

    ledger = Ledger(arguments.rpc, arguments.ecash, arguments.escrow)
    made = make_report(ledger, arguments.ecash, arguments.from_block, arguments.to_block)
    return json.dumps(as_document(made), indent=2) if arguments.json else as_text(made)


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is not the address of a node, such as {DEFAULT_RPC}")
    return text


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is no block number")
    return int(text)


def _address(text: str) -> bytes:
    from eth_utils.address import is_checksum_address

    digits = text[2:]
    if not ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address; an address is 0x and 40 hex digits")
    if digits not in (digits.lower(), digits.upper()) and not is_checksum_address(text):
        raise argparse.ArgumentTypeError(f"{text!r} has a wrong checksum, so a character was mistyped")
    return bytes.fromhex(digits)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
