"""Flags that several commands share, and a parser that speaks through our errors.

The rule: no flag takes a secret, because what is typed there stays in the shell's history and shows in `ps`.
"""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from wallet.errors import WalletError, WrongUsage
from wallet.keystore import SCRYPT_COST, check_label
from wallet.submission import Consent


class HelpAsked(WalletError):
    """Not an error: the help to show instead of running."""

    exit_code = 0


class Parser(argparse.ArgumentParser):
    """Exits nowhere: a mistake is a WrongUsage, and --help is a HelpAsked."""

    def __init__(self, command: str, summary: str, example: str) -> None:
        super().__init__(
            prog=f"jiaozi-wallet {command}",
            description=summary,
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
            allow_abbrev=False,
        )
        self.add_argument("-h", "--help", action=_ShowHelp, nargs=0, help="show this and exit")
        self.add_argument("--json", action="store_true", help="print one JSON document instead of words")
        self.add_argument("--profile", metavar="FILE", help="TOML file whose keys equal the flags")

    def error(self, message: str) -> NoReturn:
        raise WrongUsage(f"{message}; see `{self.prog} --help`")


class _ShowHelp(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> NoReturn:
        raise HelpAsked(parser.format_help().rstrip())


def add_keystore(parser: Parser) -> None:
    parser.add_argument("--keystore", metavar="DIR", help="folder of the key files (env JIAOZI_KEYSTORE)")


def add_account(parser: Parser) -> None:
    add_keystore(parser)
    parser.add_argument(
        "--from", metavar="ACCOUNT", help="index, address or label; needed where the keystore holds several"
    )


def add_new_key(parser: Parser) -> None:
    add_keystore(parser)
    add_password_file(parser)
    parser.add_argument("--label", type=_label, help="a name for the account, for --from")
    parser.add_argument(
        "--kdf",
        choices=sorted(SCRYPT_COST),
        default="standard",
        help="work to guess the passphrase; light is only for keys that guard nothing",
    )


def add_password_file(parser: Parser) -> None:
    parser.add_argument("--password-file", metavar="FILE", help="file whose first line is the passphrase")


def add_node(parser: Parser) -> None:
    parser.add_argument("--rpc", metavar="URL", help="a node's JSON-RPC (env JIAOZI_RPC, else http://127.0.0.1:8545)")
    parser.add_argument("--chain-id", type=int, metavar="N", help="refuse any other network than this")
    parser.add_argument("--ecash", metavar="ADDRESS", help="the e-cash contract, where it is not the genesis one")


def add_token(parser: Parser) -> None:
    parser.add_argument("--token", metavar="TOKEN", help="ecash (the default), eth, or a token contract's address")


def add_escrow(parser: Parser) -> None:
    parser.add_argument("--escrow", metavar="ADDRESS", help="the escrow contract, where it is not the genesis one")


def add_signing(parser: Parser) -> None:
    """All that a command which signs and sends needs."""
    add_account(parser)
    add_password_file(parser)
    add_node(parser)
    parser.add_argument("--yes", action="store_true", help="sign without being asked; needed without a terminal")
    parser.add_argument("--no-wait", action="store_true", help="do not wait until it is in a block")
    parser.add_argument("--timeout", type=positive, metavar="SECONDS", help="how long to wait for it (120)")
    parser.add_argument("--gas-limit", type=positive, metavar="GAS", help="instead of the estimate and a quarter")


def consent_of(arguments: argparse.Namespace) -> Consent:
    return Consent(yes=arguments.yes, wait=not arguments.no_wait, gas_limit=arguments.gas_limit)


def positive(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) == 0 or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def nonce(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is no nonce, a whole number from 0")
    return int(text)


def _label(text: str) -> str:
    try:
        return check_label(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
