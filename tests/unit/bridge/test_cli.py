"""The bridge's command line, at nodes that behave badly; what it reports of a real one is told beside the wallet."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address

from bridge.cli import run
from contracts import ECASH, load
from tests.unit.wallet.foreign_node import ForeignNode, Refuse, serving

SHOP, PAYER = b"\x01" * 20, b"\x02" * 20


@pytest.fixture
def node() -> Iterator[ForeignNode]:
    """Block n holds one payment of n minor units; at most `most` blocks are searched at once."""
    with serving() as foreign:
        foreign.methods = {
            "eth_chainId": lambda _: "0x4ee8",
            "eth_getCode": lambda _: "0x60",
            "eth_getBlockByNumber": lambda _: {"number": hex(20)},
            "eth_getLogs": lambda params: logs(params[0], most=3),
            "eth_call": lambda _: "0x" + encode(["uint8"], [2]).hex(),
        }
        yield foreign


def logs(question: dict[str, Any], most: int) -> list[dict[str, Any]]:
    first, last = int(question["fromBlock"], 16), int(question["toBlock"], 16)
    if last - first >= most:
        raise Refuse(-32005, "too many blocks")
    return [payment(number) for number in range(first, last + 1)]


def payment(number: int) -> dict[str, Any]:
    topics = [load("ecash").event_topic("TransferWithMemo"), PAYER.rjust(32, b"\0"), SHOP.rjust(32, b"\0"), b"R" * 32]
    return {
        "address": to_checksum_address(ECASH),
        "topics": ["0x" + topic.hex() for topic in topics],
        "data": "0x" + encode(["uint256"], [number]).hex(),
        "blockNumber": hex(number),
        "blockHash": "0x" + "bb" * 32,
        "transactionHash": "0x" + "cc" * 32,
        "transactionIndex": "0x0",
        "logIndex": "0x0",
        "removed": False,
    }


def ask(*argv: str, rpc: str = "http://127.0.0.1:1") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(argv, {"JIAOZI_RPC": rpc}, out, err), out.getvalue(), err.getvalue()


def test_a_node_that_bounds_its_answers_is_asked_in_smaller_pieces(node: ForeignNode) -> None:
    code, out, err = ask("report", "--json", rpc=node.url)
    assert code == 0, err
    document = json.loads(out)
    assert document["payments"] == {"count": 21, "total_minor": sum(range(21))}
    assert (document["from_block"], document["to_block"], document["next_block"]) == (0, 20, 21)


def test_reading_on_gives_every_payment_once(node: ForeignNode) -> None:
    first = json.loads(ask("report", "--json", "--to-block", "8", rpc=node.url)[1])
    rest = json.loads(ask("report", "--json", "--from-block", str(first["next_block"]), rpc=node.url)[1])
    assert first["payments"]["total_minor"] + rest["payments"]["total_minor"] == sum(range(21))
    none = json.loads(ask("report", "--json", "--from-block", str(rest["next_block"]), rpc=node.url)[1])
    assert none["payments"] == {"count": 0, "total_minor": 0}


def test_a_node_that_never_tells_is_an_error(node: ForeignNode) -> None:
    node.methods["eth_getLogs"] = lambda params: logs(params[0], most=0)
    code, out, err = ask("report", rpc=node.url)
    assert (code, out) == (1, "") and "did not give the events of blocks 0 to 0" in err and "too many blocks" in err


def test_a_network_without_the_contracts_is_an_error(node: ForeignNode) -> None:
    node.methods["eth_getCode"] = lambda _: "0x"
    code, _, err = ask("report", rpc=node.url)
    assert code == 1 and f"there is no ecash at {to_checksum_address(ECASH)}" in err


def test_a_range_that_begins_after_its_end_is_wrong_usage(node: ForeignNode) -> None:
    code, _, err = ask("report", "--from-block", "22", rpc=node.url)
    assert code == 2 and "lower --from-block" in err


def test_what_is_no_json_rpc_is_an_error(node: ForeignNode) -> None:
    node.raw = lambda _: b"<html>"
    code, out, err = ask("report", rpc=node.url)
    assert (code, out) == (1, "") and err.startswith("jiaozi-bridge: the node did not give ")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        ((), 2, "COMMAND"),
        (("run",), 2, "invalid choice"),
        (("report", "--from-block", "-1"), 2, "is no block number"),
        (("report", "--ecash", "0x12"), 2, "is not an address"),
        (("report", "--ecash", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"), 2, "wrong checksum"),
        (("report", "--rpc", "ftp://x"), 2, "is not the address of a node"),
        (("report",), 1, "no node answers at http://127.0.0.1:1"),
    ],
)
def test_mistakes_are_told_in_one_sentence(argv: tuple[str, ...], code: int, words: str) -> None:
    got, out, err = ask(*argv)
    assert (got, out) == (code, "") and words in err and err.count("\n") == 1


@pytest.mark.parametrize("argv", [("--help",), ("report", "--help")])
def test_help_has_an_example(argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = ask(*argv)
    assert code == 0 and "example:\n  jiaozi-bridge report" in capsys.readouterr().out
