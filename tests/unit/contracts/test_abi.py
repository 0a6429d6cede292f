"""Calls, answers and logs in bytes."""

import pytest
from eth_utils.crypto import keccak

from contracts import (
    Interface,
    Undecodable,
    UnknownEvent,
    UnknownFunction,
    WrongArgument,
    WrongArgumentCount,
    explain_revert,
    load,
)

ALICE = b"\xa1" * 20
BOB = b"\xb0" * 20


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_selectors_are_the_standards() -> None:
    selectors = load("ecash").selectors
    # Published with ERC-20, ERC-2612 and EIP-5267.
    for selector, signature in {
        "a9059cbb": "transfer(address,uint256)",
        "23b872dd": "transferFrom(address,address,uint256)",
        "095ea7b3": "approve(address,uint256)",
        "70a08231": "balanceOf(address)",
        "18160ddd": "totalSupply()",
        "dd62ed3e": "allowance(address,address)",
        "d505accf": "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
        "3644e515": "DOMAIN_SEPARATOR()",
        "7ecebe00": "nonces(address)",
        "84b0196e": "eip712Domain()",
    }.items():
        assert selectors[bytes.fromhex(selector)] == signature
    assert load("validators").function("getValidators").selector.hex() == "b7ab4db5"


def test_the_transfer_event_is_the_standards() -> None:
    topic = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert load("ecash").event_topic("Transfer").hex() == topic


def test_a_call_is_its_selector_and_words() -> None:
    data = load("ecash").encode_call("transfer", BOB, 500)
    assert data == bytes.fromhex("a9059cbb") + b"\0" * 12 + BOB + word(500)
    assert load("ecash").encode_call("transfer", "0x" + BOB.hex(), 500) == data
    call = load("ecash").decode_call(data)
    assert call is not None
    assert (call.function.name, call.arguments) == ("transfer", {"receiver": BOB, "amount": 500})
    assert load("validators").decode_call(data) is None


@pytest.mark.parametrize(
    ("name", "arguments", "error", "words"),
    [
        ("transfr", (BOB, 1), UnknownFunction, "ecash has no function 'transfr'; it has: .*transfer"),
        ("Transfer", (BOB, 1), UnknownFunction, "no function"),
        ("transfer", (BOB,), WrongArgumentCount, r"ecash.transfer was given 1 argument.*transfer\(address,uint256\)"),
        ("transfer", (BOB, 1, 2), WrongArgumentCount, "was given 3"),
        ("transfer", (1, BOB), WrongArgument, "transfer: argument 'receiver' must be address, but 1 is not 20 bytes"),
        ("transfer", (BOB, "1"), WrongArgument, "argument 'amount' must be uint256, but '1' is not a whole number"),
        ("transfer", (BOB, -1), WrongArgument, "-1 is out of range"),
        ("transfer_with_memo", (BOB, 1, b"short"), WrongArgument, "0x73686f7274 is not exactly 32 bytes"),
    ],
)
def test_bad_calls_are_refused_with_a_typed_error(
    name: str, arguments: tuple[object, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        load("ecash").encode_call(name, *arguments)


def test_bad_constructor_arguments_are_refused() -> None:
    artifact = load("validators")
    assert artifact.init_code([ALICE]).startswith(artifact.creation_code)
    with pytest.raises(WrongArgumentCount, match="validators was given 0"):
        artifact.init_code()
    with pytest.raises(WrongArgument, match="argument 'validators' must be address"):
        artifact.init_code(ALICE)


def test_answers_decode_to_nothing_one_value_or_several() -> None:
    ecash = load("ecash")
    assert ecash.decode_result("balanceOf", word(7)) == 7
    assert ecash.decode_result("admin", b"\0" * 12 + ALICE) == ALICE
    assert ecash.decode_result("burn", b"") is None
    head = [b"\x0f".ljust(32, b"\0"), *map(word, (224, 224, 8888)), b"\0" * 12 + ALICE, word(0), word(224)]
    assert ecash.decode_result("eip712Domain", b"".join(head) + word(0)) == (
        b"\x0f",
        "",
        "",
        8888,
        ALICE,
        b"\0" * 32,
        (),
    )


@pytest.mark.parametrize("data", [b"", b"\0" * 31, b"\xff" * 32])
def test_an_answer_of_the_wrong_shape_is_undecodable(data: bytes) -> None:
    with pytest.raises(Undecodable, match=r"admin\(\): cannot decode"):
        load("ecash").decode_result("admin", data)


def test_a_log_decodes_to_its_event() -> None:
    ecash = load("ecash")
    topics = [ecash.event_topic("Transfer"), b"\0" * 12 + ALICE, b"\0" * 12 + BOB]
    event = ecash.decode_log(topics, word(5))
    assert event is not None
    assert (event.name, event.arguments) == ("Transfer", {"sender": ALICE, "receiver": BOB, "value": 5})
    # The same event with its last value indexed is that of ERC-721.
    assert ecash.decode_log([*topics, word(5)], b"") is None
    assert ecash.decode_log([], b"") is None
    assert ecash.decode_log([b"\0" * 32], word(5)) is None
    with pytest.raises(Undecodable):
        ecash.decode_log(topics, b"")
    with pytest.raises(UnknownEvent, match="no event 'Transfr'"):
        ecash.event_topic("Transfr")


def test_an_indexed_text_is_given_as_its_hash() -> None:
    entry = {
        "type": "event",
        "name": "Said",
        "inputs": [
            {"name": "what", "type": "string", "indexed": True},
            {"name": "loud", "type": "bool", "indexed": False},
        ],
    }
    interface = Interface.from_json("test", [entry])
    event = interface.decode_log([interface.event("Said").topic, keccak(text="hello")], word(1))
    assert event is not None
    assert event.arguments == {"what": keccak(text="hello"), "loud": True}


def test_functions_that_share_a_name_are_told_apart_by_their_number_of_inputs() -> None:
    def entry(count: int) -> dict[str, object]:
        inputs = [{"name": f"x{number}", "type": "uint8"} for number in range(count)]
        return {"type": "function", "name": "f", "stateMutability": "view", "inputs": inputs, "outputs": []}

    interface = Interface.from_json("test", [entry(0), entry(1)])
    assert interface.function("f", 1).signature == "f(uint8)"
    assert interface.function("f", 0).signature == "f()"
    assert interface.function("f").signature == "f(uint8)"
    with pytest.raises(WrongArgumentCount, match=r"f\(\) or f\(uint8\)"):
        interface.function("f", 2)


def test_an_abi_given_away_is_the_callers_own() -> None:
    given = load("validators").abi_json()
    given[0]["name"] = "spoiled"
    given.clear()
    assert load("validators").abi_json()[0]["name"] != "spoiled"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "refused without a reason"),
        (bytes.fromhex("4e487b71") + word(0x11), "arithmetic overflow or underflow"),
        (bytes.fromhex("4e487b71") + word(0x99), "panic 0x99"),
        (bytes.fromhex("4e487b71"), "refused with 0x4e487b71"),
        (bytes.fromhex("08c379a0") + word(32) + word(3) + b"no!".ljust(32, b"\0"), "no!"),
        (bytes.fromhex("08c379a0") + word(32) + word(1) + b"\xff".ljust(32, b"\0"), None),
        (bytes.fromhex("08c379a0") + word(2**255), None),
        (b"\1\2\3\4", "refused with 0x01020304"),
        (b"\1", "refused with 0x01"),
    ],
)
def test_a_refusal_always_has_words(data: bytes, words: str | None) -> None:
    assert explain_revert(data) == (f"refused with 0x{data.hex()}" if words is None else words)
