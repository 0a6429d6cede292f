"""argv -> one command -> an exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.

The rule: results on stdout, everything else on stderr. A command's module is loaded only when it is called.
"""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Final

from contracts.errors import ContractsError
from wallet.console import Console
from wallet.errors import TransactionFailed, WalletError, WrongUsage
from wallet.options import HelpAsked, Parser
from wallet.profile import KEYS, settings_from
from wallet.session import Clock, Result, Session

INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Entry:
    module: str
    summary: str


COMMANDS: Final[Mapping[str, Entry]] = {
    "new": Entry("wallet.commands.new", "Make an account and show its recovery words, once."),
    "import": Entry("wallet.commands.import_key", "Take in a private key or recovery words."),
    "accounts": Entry("wallet.commands.accounts", "List the accounts of the keystore."),
    "balance": Entry("wallet.commands.balance", "Show what an account has."),
    "send": Entry("wallet.commands.send", "Pay somebody."),
    "pending": Entry("wallet.commands.pending", "List what was sent and is in no block yet."),
    "cancel": Entry("wallet.commands.cancel", "Take back a transaction that is in no block yet."),
    "replace": Entry("wallet.commands.replace", "Send a waiting transaction again, or another in its place."),
    "deploy": Entry("wallet.commands.deploy", "Compile a Vyper contract and deploy it."),
    "escrow open": Entry("wallet.commands.escrow.open", "Agree to put money aside for somebody."),
    "escrow fund": Entry("wallet.commands.escrow.fund", "Put the agreed money aside."),
    "escrow submit": Entry("wallet.commands.escrow.submit", "Say that a stage is delivered, as its payee."),
    "escrow approve": Entry("wallet.commands.escrow.approve", "Release one stage of a deal."),
    "escrow reject": Entry("wallet.commands.escrow.reject", "Refuse what was submitted for a stage, as the payer."),
    "escrow release": Entry("wallet.commands.escrow.release", "Pay the payee, in part or in full."),
    "escrow refund": Entry(
        "wallet.commands.escrow.refund", "Give all back: the payee at any time, anyone after the deadline."
    ),
    "escrow exit": Entry(
        "wallet.commands.escrow.exit", "Empty a deal to its rightful parties; anyone, after its last deadline."
    ),
    "escrow dispute": Entry("wallet.commands.escrow.dispute", "Ask the arbiter to decide; gives the arbiter 30 days."),
    "escrow rule": Entry("wallet.commands.escrow.rule", "Decide a dispute, as its arbiter."),
    "escrow claim": Entry("wallet.commands.escrow.claim", "Collect what a refused payment left behind."),
    "escrow show": Entry("wallet.commands.escrow.show", "Show a deal."),
}


# By group of commands, "" being all.
EXAMPLES: Final[Mapping[str, str]] = {
    "": "jiaozi-wallet send 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 25.00 --memo INV-2024-001",
    "escrow": "jiaozi-wallet escrow open 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 500.00 --deadline +7d",
}


def main(argv: Sequence[str] | None = None) -> int:
    clock = Clock(now=lambda: datetime.now(UTC), monotonic_s=time.monotonic, sleep_s=time.sleep)
    return run(sys.argv[1:] if argv is None else argv, Console.of_process(), os.environ, clock)


def run(argv: Sequence[str], console: Console, environment: Mapping[str, str], clock: Clock) -> int:
    wants_json = "--json" in argv
    try:
        result = dispatch(argv, console, environment, clock)
    except HelpAsked as asked:
        console.result(str(asked))
        return asked.exit_code
    except TransactionFailed as failure:
        if wants_json:
            console.result(_json(failure.outcome))
        return _failed(console, failure)
    except WalletError as error:
        return _failed(console, error)
    except ContractsError as error:
        console.tell(f"jiaozi-wallet: {error}")
        return 1
    except KeyboardInterrupt:
        console.tell("\njiaozi-wallet: interrupted; what was sent before stays sent")
        return INTERRUPTED
    console.result(_json(result.document) if wants_json else result.text)
    return 0


def dispatch(argv: Sequence[str], console: Console, environment: Mapping[str, str], clock: Clock) -> Result:
    name, rest = command_of(argv)
    command = import_module(COMMANDS[name].module)
    parser = Parser(name, COMMANDS[name].summary, command.EXAMPLE)
    command.configure(parser)
    arguments = parser.parse_args(rest)
    flags = {key: getattr(arguments, key.replace("-", "_"), None) for key in (*KEYS, "profile")}
    result: Result = command.run(arguments, Session(settings_from(flags, environment), console, clock))
    return result


def command_of(argv: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The command's name, of one or two words, and what follows it."""
    for length in (2, 1):
        name = " ".join(argv[:length])
        if len(argv) >= length and name in COMMANDS:
            return name, argv[length:]
    group = argv[0] if argv and any(name.startswith(f"{argv[0]} ") for name in COMMANDS) else ""
    asked = argv[1:] if group else argv
    if asked and asked[0] in ("-h", "--help"):
        raise HelpAsked(overview(group))
    see = f"jiaozi-wallet {group} --help".replace("  ", " ")
    if asked:
        raise WrongUsage(f"there is no command {' '.join(argv[:2] if group else argv[:1])!r}; see `{see}`")
    raise WrongUsage(f"say what to do; `{see}` lists the commands")


def overview(group: str) -> str:
    listed = [name for name in COMMANDS if name.startswith(group)]
    width = max(len(name) for name in listed)
    lines = [f"  {name.ljust(width)}  {COMMANDS[name].summary}" for name in listed]
    return "\n".join(
        [
            f"usage: jiaozi-wallet {group or 'COMMAND'} ...",
            "",
            *lines,
            "",
            "Each command has --help with an example, and --json.",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.",
            "",
            "example:",
            f"  {EXAMPLES[group]}",
        ]
    )


def _failed(console: Console, error: WalletError) -> int:
    console.tell(f"jiaozi-wallet: {error}")
    return error.exit_code


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=True)
