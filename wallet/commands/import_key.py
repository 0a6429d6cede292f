"""A private key or recovery words from elsewhere, read from a prompt, a file or stdin: never from a flag."""

import argparse
from pathlib import Path

from wallet.addresses import checksummed
from wallet.errors import WrongUsage
from wallet.keystore import StoredAccount
from wallet.options import Parser, add_new_key, nonce, positive
from wallet.recovery import is_words, key_from_words, parse_private_key
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet import words.txt --index 3 --label shop"


def configure(parser: Parser) -> None:
    parser.add_argument(
        "source", nargs="?", metavar="FILE", help="file with the private key or words; - for stdin; else a prompt"
    )
    add_new_key(parser)
    parser.add_argument("--index", type=nonce, default=0, metavar="I", help="first key of the words: m/44'/60'/0'/0/I")
    parser.add_argument("--count", type=positive, default=1, metavar="N", help="how many keys of the words, from I on")


def run(arguments: argparse.Namespace, session: Session) -> Result:
    session.check_passphrase_source()
    if arguments.label is not None and arguments.count > 1:
        raise WrongUsage("one label cannot name several accounts; leave out --label or --count")
    session.keystore.check_free(arguments.label)
    secrets = _keys(_read_source(arguments.source, session), arguments)
    passphrase = session.new_passphrase()
    accounts = [
        session.keystore.add(secret, passphrase, label=arguments.label, kdf=arguments.kdf, now=session.clock.now())
        for secret in secrets
    ]
    return Result(
        {"accounts": [_document(account) for account in accounts]},
        "\n".join(f"{account}, kept in {account.path}" for account in accounts),
    )


def _read_source(source: str | None, session: Session) -> str:
    if source is None:
        return session.console.secret(
            "Private key or recovery words (not shown): ", "name a file to import from, or - for stdin"
        )
    if source == "-":
        return session.console.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"cannot read {source}: {error}") from error


def _keys(text: str, arguments: argparse.Namespace) -> list[bytes]:
    if is_words(text):
        words = " ".join(text.split())
        return [key_from_words(words, arguments.index + offset) for offset in range(arguments.count)]
    secret = parse_private_key(text)
    if arguments.count > 1 or arguments.index > 0:
        raise WrongUsage("--index and --count choose among the keys of recovery words, and this is one private key")
    return [secret]


def _document(account: StoredAccount) -> dict[str, object]:
    return {
        "address": checksummed(account.address),
        "index": account.index,
        "label": account.label,
        "file": str(account.path),
    }
