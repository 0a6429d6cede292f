"""Logs in words and in JSON."""

from eth_abi.abi import encode

from contracts import ECASH, ESCROW, load
from wallet.addresses import checksummed
from wallet.events import RawLog, as_json, as_text, decode_log
from wallet.money import Currency
from wallet.references import parse_reference
from wallet.signing import Knowledge

ALICE, BOB = b"\xa1" * 20, b"\xb0" * 20
KNOWN = Knowledge(ESCROW, {ECASH: Currency("JZ", "Jiaozi", 2, ECASH)})


def topic(address: bytes) -> bytes:
    return address.rjust(32, b"\0")


def payment(contract: bytes, *, minor: int = 2500) -> RawLog:
    topics = (load("ecash").event_topic("TransferWithMemo"), topic(ALICE), topic(BOB), parse_reference("INV-7"))
    return RawLog(contract, topics, encode(["uint256"], [minor]))


def test_a_payment_is_told_with_its_amount_and_reference() -> None:
    logged = decode_log(payment(ECASH), KNOWN)
    assert as_text(logged, KNOWN) == (
        f"TransferWithMemo: sender {checksummed(ALICE)}, receiver {checksummed(BOB)}, memo 'INV-7', value 25.00 JZ"
    )


def test_json_keeps_minor_units_and_whole_bytes() -> None:
    assert as_json(decode_log(payment(ECASH), KNOWN)) == {
        "contract": checksummed(ECASH),
        "event": "TransferWithMemo",
        "arguments": {
            "sender": checksummed(ALICE),
            "receiver": checksummed(BOB),
            "memo": "0x" + parse_reference("INV-7").hex(),
            "value": 2500,
        },
    }


def test_the_amount_of_an_unknown_token_is_not_dressed_up_as_money() -> None:
    assert as_text(decode_log(payment(BOB), KNOWN), KNOWN).endswith("value 2500")


def test_an_event_that_does_not_decode_is_told_as_unknown() -> None:
    torn = RawLog(ECASH, payment(ECASH).topics, b"\x01")
    strange = RawLog(ESCROW, (b"\x99" * 32,), b"")
    for log in (torn, strange):
        logged = decode_log(log, KNOWN)
        assert logged.name is None
        assert as_text(logged, KNOWN) == f"an unknown event of {checksummed(log.contract)}"
    assert as_json(decode_log(strange, KNOWN))["arguments"] == {"topics": ["0x" + "99" * 32], "data": "0x"}
