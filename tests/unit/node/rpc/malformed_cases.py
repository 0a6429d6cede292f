"""Malformed requests and exactly what each is answered: the JSON-RPC surface's part of the table of malformed input.

A case is (name, body, code, message). A test of any surface that has such a table can run over `CASES`.
"""

import json
from dataclasses import dataclass

from tests.unit.node.rpc.solo import RICH, payment

SENDER = "0x" + RICH.address.hex()
HASH = "0x" + "cd" * 32
UNSIGNED = bytes.fromhex("02") + b"\xc0"


@dataclass(frozen=True, slots=True)
class Malformed:
    name: str
    body: bytes
    code: int
    message: str


def _body(name: str, body: bytes, code: int, message: str) -> Malformed:
    return Malformed(name, body, code, message)


def _members(name: str, code: int, message: str, **members: object) -> Malformed:
    document = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"} | members
    return Malformed(name, json.dumps(document).encode(), code, message)


def _call(name: str, method: str, parameters: list[object], code: int, message: str) -> Malformed:
    return _members(name, code, message, method=method, params=parameters)


def _raw(name: str, raw: bytes, message: str, code: int = -32000) -> Malformed:
    return _call(name, "eth_sendRawTransaction", ["0x" + raw.hex()], code, message)


def _flipped_signature() -> bytes:
    """A payment whose s is the order of the curve less what it was."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    good = payment()
    return good.raw.replace(good.s.to_bytes(32, "big"), (order - good.s).to_bytes(32, "big"))


_NO_ID = "invalid request: id is not a number, null or a string of at most 256"
_NO_METHOD = "invalid request: method is missing or not a string"

CASES = (
    # the body
    _body("nothing", b"", -32700, "parse error: "),
    _body("half an object", b'{"id":', -32700, "parse error: "),
    _body("no JSON", b"hello", -32700, "parse error: "),
    _body("an empty batch", b"[]", -32600, "empty batch"),
    _body(
        "a batch of 1,001", b"[" + b",".join([b"{}"] * 1001) + b"]", -32600, "batch too large: 1001 calls, at most 1000"
    ),
    _body("a number", b"7", -32600, "invalid request: a call is a JSON object"),
    _body("a string", b'"eth_chainId"', -32600, "invalid request: a call is a JSON object"),
    _body("null", b"null", -32600, "invalid request: a call is a JSON object"),
    # the call
    _members("JSON-RPC 1.0", -32600, 'invalid request: jsonrpc is not "2.0"', jsonrpc="1.0"),
    _members("no version", -32600, 'invalid request: jsonrpc is not "2.0"', jsonrpc=None),
    _members("no method", -32600, _NO_METHOD, method=None),
    _members("a number for a method", -32600, _NO_METHOD, method=7),
    _members("a method of 200 letters", -32600, "invalid request: method is longer than 128", method="x" * 200),
    _members("an object for an id", -32600, _NO_ID, id={}),
    _members("true for an id", -32600, _NO_ID, id=True),
    _members("text for parameters", -32600, "invalid request: params is not an array", params="0x1"),
    _members(
        "parameters by name", -32602, "parameters are taken by position: params must be an array", params={"a": 1}
    ),
    _members("an unknown method", -32601, "the method eth_mine does not exist/is not available", method="eth_mine"),
    _members(
        "viem's first try",
        -32601,
        "the method eth_fillTransaction does not exist/is not available",
        method="eth_fillTransaction",
        params=[{}],
    ),
    # parameters
    _call("no address", "eth_getBalance", [], -32602, "missing value for required argument 0: address"),
    _call("null for an address", "eth_getBalance", [None], -32602, "missing value for required argument 0: address"),
    _call("one too many", "eth_chainId", [1], -32602, "too many arguments, want at most 0"),
    _call(
        "a short address",
        "eth_getBalance",
        ["0x" + "ab" * 19, "latest"],
        -32602,
        "invalid argument 0: address: hex string has length 38, want 40 for an address",
    ),
    _call(
        "an address without 0x",
        "eth_getBalance",
        ["ab" * 20, "latest"],
        -32602,
        "invalid argument 0: address: hex string without 0x prefix",
    ),
    _call(
        "a number for an address",
        "eth_getCode",
        [12, "latest"],
        -32602,
        "invalid argument 0: address: is not a string",
    ),
    _call(
        "an unknown tag",
        "eth_getBalance",
        [SENDER, "newest"],
        -32602,
        "invalid argument 1: block: hex string without 0x prefix",
    ),
    _call(
        "a block number with leading zeros",
        "eth_getBlockByNumber",
        ["0x01", False],
        -32602,
        "invalid argument 0: block: hex number with leading zero digits",
    ),
    _call(
        "a negative block",
        "eth_getBlockByNumber",
        ["-0x1", False],
        -32602,
        "invalid argument 0: block: hex string without 0x prefix",
    ),
    _call(
        "a block number beyond 63 bits",
        "eth_getBlockByNumber",
        ["0xffffffffffffffff", False],
        -32602,
        "invalid argument 0: block: hex number > 63 bits",
    ),
    _call(
        "text for a truth",
        "eth_getBlockByNumber",
        ["latest", "true"],
        -32602,
        "invalid argument 1: fullTransactions: is not true or false",
    ),
    _call(
        "hash and number at once",
        "eth_getBalance",
        [SENDER, {"blockHash": HASH, "blockNumber": "0x1"}],
        -32602,
        "invalid argument 1: block: cannot specify both blockHash and blockNumber, choose one or the other",
    ),
    _call(
        "a hash of 31 bytes",
        "eth_getTransactionReceipt",
        ["0x" + "cd" * 31],
        -32602,
        "invalid argument 0: transactionHash: hex string has length 62, want 64 for a hash",
    ),
    _call(
        "a replay of half a hash",
        "jiaozi_replayTransaction",
        ["0x" + "cd" * 16],
        -32602,
        "invalid argument 0: transactionHash: hex string has length 32, want 64 for a hash",
    ),
    _call(
        "a replay of nothing",
        "jiaozi_replayTransaction",
        [],
        -32602,
        "missing value for required argument 0: transactionHash",
    ),
    _call(
        "a call before a transaction of the genesis",
        "jiaozi_callBefore",
        [{"to": SENDER}, "0x0", "0x0"],
        -32602,
        "invalid argument 1: block: nothing was executed in the genesis",
    ),
    _call(
        "a call before a transaction of a block that is not there",
        "jiaozi_callBefore",
        [{"to": SENDER}, "0xffffffff", "0x0"],
        -32000,
        "header not found",
    ),
    _call(
        "a call before no particular transaction",
        "jiaozi_callBefore",
        [{"to": SENDER}, "latest"],
        -32602,
        "missing value for required argument 2: index",
    ),
    _call(
        "a call before a transaction beyond 64 bits",
        "jiaozi_callBefore",
        [{"to": SENDER}, "latest", "0x10000000000000000"],
        -32602,
        "invalid argument 2: index: hex number > 64 bits",
    ),
    _call(
        "a bad storage key",
        "eth_getStorageAt",
        [SENDER, "0xasdf", "latest"],
        -32000,
        "unable to decode storage key: hex string invalid",
    ),
    _call(
        "data of odd length",
        "eth_call",
        [{"to": SENDER, "data": "0x123"}],
        -32602,
        "invalid argument 0: transaction.data: hex string of odd length",
    ),
    _call(
        "a gas beyond 64 bits",
        "eth_estimateGas",
        [{"to": SENDER, "gas": "0x10000000000000000"}],
        -32602,
        "invalid argument 0: transaction.gas: hex number > 64 bits",
    ),
    _call(
        "text for a transaction",
        "eth_call",
        ["0x"],
        -32602,
        "invalid argument 0: transaction: is not an object",
    ),
    _call(
        "an access list entry without address",
        "eth_call",
        [{"to": SENDER, "accessList": [{"address": SENDER}, {}]}],
        -32602,
        "invalid argument 0: transaction.accessList[1].address: is missing",
    ),
    _call(
        "old and new fees together",
        "eth_call",
        [{"to": SENDER, "gasPrice": "0x1", "maxFeePerGas": "0x1"}],
        -32000,
        "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified",
    ),
    _call(
        "five topics",
        "eth_getLogs",
        [{"topics": [None] * 5}],
        -32602,
        "invalid argument 0: filter.topics: has 5 entries, at most 4 are taken",
    ),
    _call(
        "a range backwards",
        "eth_getLogs",
        [{"fromBlock": "0x2", "toBlock": "0x1"}],
        -32602,
        "invalid block range params",
    ),
    _call(
        "a block hash and a range",
        "eth_getLogs",
        [{"blockHash": HASH, "fromBlock": "0x1"}],
        -32602,
        "invalid argument 0: filter: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other",
    ),
    _call("logs of an unknown block", "eth_getLogs", [{"blockHash": HASH}], -32000, "unknown block"),
    _call("an unknown filter", "eth_getFilterChanges", ["0x1"], -32000, "filter not found"),
    _call(
        "a percentile over 100",
        "eth_feeHistory",
        ["0x1", "latest", [101]],
        -32602,
        "invalid argument 2: rewardPercentiles[0]: is not a number from 0 to 100",
    ),
    _call(
        "percentiles backwards",
        "eth_feeHistory",
        ["0x1", "latest", [50, 10]],
        -32602,
        "invalid reward percentile: 50.0 comes before 10.0",
    ),
    _call(
        "fees of a future block",
        "eth_feeHistory",
        ["0x1", "0x9", []],
        -32000,
        "request beyond head block: requested 9, head 0",
    ),
    _call("a state of the future", "eth_getBalance", [SENDER, "0x9"], -32000, "header not found"),
    # transactions
    _raw("no transaction", b"", "transaction: empty"),
    _raw("an unknown type", b"\x05\xc0", "transaction type 0x05 is not supported"),
    _raw("a list cut short", payment().raw[:-1], "transaction: not RLP: "),
    _raw("a byte too many", payment().raw + b"\0", "transaction: not RLP: 1 bytes too many"),
    _raw("a list of nothing", UNSIGNED, "transaction: expected a list of 12 items, found 0"),
    _raw("the other s", _flipped_signature(), "transaction signature: s is in the upper half (EIP-2)"),
    _raw(
        "another chain's",
        payment(chain_id=8).raw,
        "invalid chain id for signer: have 8 want 7",
    ),
    _raw("a block's gas twice over", payment(gas=60_000_000).raw, "exceeds block gas limit: "),
    _raw("no gas to speak of", payment(gas=20_000).raw, "intrinsic gas too low: have 20000, want 21000"),
)
