"""The accounts of the keystore, numbered as --from takes them."""

import argparse

from wallet.addresses import checksummed
from wallet.options import Parser, add_keystore
from wallet.session import Result, Session

EXAMPLE = "jiaozi-wallet accounts --json"


def configure(parser: Parser) -> None:
    add_keystore(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    accounts = session.keystore.accounts()
    document = {
        "keystore": str(session.settings.keystore),
        "accounts": [
            {"index": account.index, "address": checksummed(account.address), "label": account.label}
            for account in accounts
        ],
    }
    lines = [f"{account.index}  {account}  {account.label or ''}".rstrip() for account in accounts]
    return Result(document, "\n".join(lines) or "no accounts yet; make one with `jiaozi-wallet new`")
