"""The numbered refusals say the same in the contracts and in Python."""

import re
from pathlib import Path

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from contracts import CUSTOM_ERRORS, REASONS, Refusal, Undecodable, compile_file, decode_refusal, explain_revert
from contracts.library import SOURCES
from contracts.reasons import UNKNOWN_REASON, words
from tests.contracts.placed import Placed

PROBE = """# pragma version 0.4.3
# pragma evm-version prague
from contracts.modules import reasons

@external
@pure
def words(code: uint256) -> String[48]:
    return reasons._words(code)

@external
@pure
def refuse(code: uint256, rule: uint256, version: uint256):
    reasons._refuse(code, rule, version)
"""


@pytest.fixture
def probe(tmp_path: Path) -> Placed:
    source = tmp_path / "probe.vy"
    source.write_text(PROBE)
    return Placed(compile_file(source), b"\xd0" * 20)


def test_names_and_numbers_agree() -> None:
    source = (SOURCES / "modules" / "reasons.vy").read_text()
    declared = {int(code): name for name, code in re.findall(r"^(\w+): constant\(uint256\) = (\d+)$", source, re.M)}
    assert declared == {code: reason.name for code, reason in REASONS.items()}


def test_words_agree_for_every_number_that_erc_1404_can_carry(probe: Placed) -> None:
    for code in range(256):
        assert probe.read("words", code) == words(code)
    assert words(255) == UNKNOWN_REASON


def test_every_reason_says_what_to_do() -> None:
    for reason in REASONS.values():
        assert reason.words and reason.advice and len(reason.words) <= 48


def test_a_refusal_reverts_with_its_three_numbers(probe: Placed) -> None:
    outcome = probe.attempt("refuse", 4, 0, 7)
    assert not outcome.accepted
    assert outcome.words == "refused: money is frozen (code 4, rule 0, version 7)"


def test_the_three_numbers_are_read_back() -> None:
    (selector,) = CUSTOM_ERRORS
    assert decode_refusal(selector + encode(["uint256"] * 3, [4, 0, 7])) == Refusal(4, 0, 7)


def test_the_table_of_custom_errors_is_by_selector() -> None:
    for selector, error in CUSTOM_ERRORS.items():
        assert selector == keccak(text=error.signature)[:4]
    assert {error.signature for error in CUSTOM_ERRORS.values()} == {"Refused(uint256,uint256,uint256)"}


def test_an_unknown_number_and_a_cut_refusal_are_still_shown() -> None:
    (selector,) = CUSTOM_ERRORS
    assert explain_revert(selector + encode(["uint256"] * 3, [99, 3, 1])) == (
        "refused: unknown reason (code 99, rule 3, version 1)"
    )
    assert explain_revert(selector + b"\1") == f"refused with 0x{selector.hex()}01"
    with pytest.raises(Undecodable):
        decode_refusal(selector + b"\1")
    assert decode_refusal(b"") is None


def test_a_refusal_is_read_from_the_text_of_a_receipt_too() -> None:
    (selector,) = CUSTOM_ERRORS
    assert decode_refusal("0x" + (selector + encode(["uint256"] * 3, [3, 7, 9])).hex()) == Refusal(3, 7, 9)
    assert decode_refusal("0x") is None
    with pytest.raises(Undecodable, match="it is not hex"):
        decode_refusal("0xno")
