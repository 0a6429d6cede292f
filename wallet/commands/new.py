"""A new account from fresh recovery words."""

import argparse

from wallet.addresses import checksummed
from wallet.options import Parser, add_new_key, nonce
from wallet.recovery import key_from_words, new_words, path_of
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet new --label savings"


def configure(parser: Parser) -> None:
    add_new_key(parser)
    parser.add_argument("--words", type=int, choices=(12, 24), default=12, help="how many recovery words (12)")
    parser.add_argument("--index", type=nonce, default=0, metavar="I", help="which key of the words: m/44'/60'/0'/0/I")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    session.check_passphrase_source()
    session.keystore.check_free(arguments.label)
    passphrase = session.new_passphrase()
    words = new_words(arguments.words)
    account = session.keystore.add(
        key_from_words(words, arguments.index),
        passphrase,
        label=arguments.label,
        kdf=arguments.kdf,
        now=session.clock.now(),
    )
    # Only now: words shown for a key that could not be kept would be taken for an account that is there.
    session.console.tell(
        "Write these words down on paper, in this order. They are shown only now, and whoever has them has the money:\n"
        f"\n  {words}\n"
    )
    document = {
        "address": checksummed(account.address),
        "index": account.index,
        "label": account.label,
        "path": path_of(arguments.index),
        "file": str(account.path),
    }
    return Result(document, f"{account}, kept in {account.path}")
