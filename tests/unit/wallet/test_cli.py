"""The command line: what it takes, what it says where, and with which exit code."""

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from wallet.cli import COMMANDS
from wallet.options import Parser

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
DEAL = "0x" + "d1" * 32


def parser_of(name: str) -> Parser:
    command = import_module(COMMANDS[name].module)
    parser = Parser(name, COMMANDS[name].summary, command.EXAMPLE)
    command.configure(parser)
    return parser


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_that_parses(desk: Any, name: str) -> None:
    ran = desk.run(*name.split(), "--help")
    assert ran.code == 0 and ran.err == ""
    example = ran.out.rstrip().rpartition("example:\n")[2].strip()
    assert example.startswith(f"jiaozi-wallet {name}")
    arguments = example.removeprefix(f"jiaozi-wallet {name}").split()
    parser_of(name).parse_args([argument for argument in arguments if argument not in ('"Corner', 'Shop"')])


@pytest.mark.parametrize("name", COMMANDS)
def test_no_flag_takes_a_secret_and_all_print_json(name: str) -> None:
    flags = set(parser_of(name)._option_string_actions)
    assert {"--help", "--json"} <= flags
    for word in ("key", "mnemonic", "secret", "passphrase", "password"):
        assert not {flag for flag in flags if word in flag} - {"--keystore", "--password-file"}


def test_help_loads_neither_web3_nor_the_signing_library() -> None:
    script = (
        "import sys; from wallet.cli import main; code = main(['send', '--help']); "
        "print(code, [name for name in ('web3', 'eth_account', 'vyper') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.endswith("0 []\n")


@pytest.mark.parametrize("argv", [("--help",), ("escrow", "--help"), ("escrow", "-h")])
def test_the_overview_lists_the_commands(desk: Any, argv: tuple[str, ...]) -> None:
    ran = desk.run(*argv)
    assert ran.code == 0 and "escrow release" in ran.out
    assert ("balance" in ran.out) == (argv == ("--help",))


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        ((), "say what to do"),
        (("fly",), "no command 'fly'"),
        (("escrow",), "say what to do"),
        (("escrow", "fly"), "no command 'escrow fly'"),
        (("send",), "required: TO, AMOUNT"),
        (("send", BOB, "1", "--colour", "red"), "--colour"),
        (("send", BOB, "1", "--gas-limit", "0"), "whole number above 0"),
        (("cancel", "-1"), ""),
        (("cancel", "seven"), "is no nonce"),
        (("new", "--words", "13"), "invalid choice: 13"),
        (("new", "--label", "7"), "is no label"),
        (("escrow", "show", "7"), "is no deal"),
        (("escrow", "open", BOB, "1"), "--deadline"),
    ],
)
def test_wrong_usage_exits_2_with_one_sentence(desk: Any, argv: tuple[str, ...], problem: str) -> None:
    ran = desk.run(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("jiaozi-wallet: ") and ran.err.count("\n") == 1 and problem in ran.err


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (("send", BOB[:-1] + "9", "1"), "wrong checksum"),
        (("send", "0x" + "0" * 40, "1"), "belongs to nobody"),
        (("send", BOB, "1", "--memo", "x" * 33), "room for 32"),
        (("send", BOB, "1", "--token", "gold"), "is no token"),
        (("escrow", "open", BOB, "1", "--deadline", "soon"), "is no deadline"),
        (("escrow", "open", BOB, "1", "--deadline", "+1d", "--token", "eth"), "cannot be held in escrow"),
        (("escrow", "open", BOB, "1", "--deadline", "+1d", "--terms", "/none"), "cannot read the terms"),
        (("escrow", "open", BOB, "1", "--deadline", "+1d", "--review", "soon"), "is no term of review"),
        (("escrow", "approve", DEAL, "16"), "is no stage"),
        (("escrow", "approve", DEAL, "-"), "is no stage"),
        (("escrow", "approve", DEAL, "0", "--deemed", "--met"), "two different grounds"),
        (("replace", "7", BOB), "needs TO and AMOUNT"),
        (("replace", "7", "--memo", "x"), "needs TO and AMOUNT"),
        (("send", BOB, "1", "--profile", "/none"), "cannot be read"),
    ],
)
def test_bad_arguments_are_refused_before_any_node_is_asked(desk: Any, argv: tuple[str, ...], problem: str) -> None:
    desk.import_words(1)
    desk.environment["JIAOZI_RPC"] = "http://127.0.0.1:1"
    ran = desk.run(*argv, "--yes", "--password-file", str(desk.password_file))
    assert (ran.code, ran.out) == (2, "") and problem in ran.err


def test_without_a_terminal_nothing_is_signed_unasked(desk: Any) -> None:
    desk.import_words(1)
    ran = desk.run("send", BOB, "1", "--password-file", str(desk.password_file))
    assert ran.code == 2 and "add --yes" in ran.err
    ran = desk.run("send", BOB, "1", "--yes")
    assert ran.code == 2 and "--password-file" in ran.err


def test_a_new_account_shows_its_words_once_and_only_on_stderr(desk: Any) -> None:
    ran = desk.run("new", "--kdf", "light", "--words", "24", "--json", "--password-file", str(desk.password_file))
    assert ran.code == 0
    words = next(line.strip() for line in ran.err.splitlines() if len(line.split()) == 24 and line.startswith("  "))
    assert words not in ran.out
    (kept,) = desk.keystore.iterdir()
    assert words.split()[0] not in json.loads(kept.read_text())
    again = desk.run("import", "-", "--kdf", "light", "--password-file", str(desk.password_file), stdin=words)
    assert again.code == 1 and f"account {ran.document['address']} is in" in again.err


def test_on_a_terminal_the_passphrase_is_typed_twice(desk: Any) -> None:
    slip = desk.run("new", "--kdf", "light", secrets=("one", "two"))
    assert slip.code == 2 and "differ" in slip.err and not desk.keystore.exists()
    empty = desk.run("new", "--kdf", "light", secrets=("",))
    assert empty.code == 2 and "is empty" in empty.err
    assert desk.run("new", "--kdf", "light", "--label", "a", secrets=("one", "one")).code == 0
    assert desk.run("accounts").out.split()[2] == "a"


@pytest.mark.parametrize("source", ["-", "file", "prompt"])
def test_a_secret_comes_from_stdin_a_file_or_a_prompt(desk: Any, source: str) -> None:
    key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    path = desk.folder / "key"
    path.write_text(key)
    password = ("--kdf", "light", "--password-file", str(desk.password_file))
    ran = {
        "-": lambda: desk.run("import", "-", *password, stdin=key),
        "file": lambda: desk.run("import", str(path), *password),
        "prompt": lambda: desk.run("import", *password, secrets=(key,)),
    }[source]()
    assert ran.code == 0 and ran.out.startswith(ALICE)
    assert key not in ran.out + ran.err


def test_one_private_key_has_no_further_keys(desk: Any) -> None:
    ran = desk.run("import", "-", "--count", "2", "--password-file", str(desk.password_file), stdin="11" * 32)
    assert ran.code == 2 and "choose among the keys of recovery words" in ran.err


def test_a_bad_secret_is_refused_without_being_quoted(desk: Any) -> None:
    ran = desk.run("import", "-", "--password-file", str(desk.password_file), stdin="my secret phrase")
    assert ran.code == 1 and "my secret" not in ran.err and not desk.keystore.exists()


def test_accounts_are_listed_in_words_and_in_json(desk: Any) -> None:
    assert "make one with" in desk.run("accounts").out
    desk.import_words(2)
    assert desk.run("accounts").out.splitlines() == [f"0  {ALICE}", f"1  {BOB}"]
    listed = desk.run("accounts", "--json").document["accounts"]
    assert [account["address"] for account in listed] == [ALICE, BOB]


def test_a_silent_node_is_named_with_the_way_out(desk: Any) -> None:
    ran = desk.run("balance", ALICE, "--rpc", "http://127.0.0.1:1", "--json")
    assert (ran.code, ran.out) == (1, "") and "name another with --rpc" in ran.err


def test_what_a_stranger_says_cannot_move_the_cursor(desk: Any, foreign_node: Any, refuse: Any) -> None:
    def shout(_: Any) -> Any:
        raise refuse(-32000, "\x1b[2Jall your money is safe")

    foreign_node.methods = {"eth_call": shout}
    ran = desk.run("balance", ALICE, "--rpc", foreign_node.url)
    assert ran.code == 1 and "\x1b" not in ran.err and "?[2Jall your money" in ran.err


def test_a_source_that_does_not_compile_is_a_failure(desk: Any) -> None:
    desk.import_words(1)
    (desk.folder / "bad.vy").write_text("nonsense(")
    ran = desk.run("deploy", str(desk.folder / "bad.vy"), "--yes", "--password-file", str(desk.password_file))
    assert ran.code == 1 and "cannot compile" in ran.err
    ran = desk.run("deploy", str(desk.folder / "none.vy"), "--yes", "--password-file", str(desk.password_file))
    assert ran.code == 1 and "cannot read the contract source" in ran.err
