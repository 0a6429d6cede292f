"""The words in what a failed call gives back.

`Error(string)` and `Panic(uint256)`: https://docs.soliditylang.org/en/latest/control-structures.html
Vyper gives a string for every stated reason, and nothing where its own checks (overflow, wrong calldata) failed.
"""

from typing import Final

from contracts.errors import Undecodable
from contracts.values import Parameter, decoded

ERROR_SELECTOR: Final = bytes.fromhex("08c379a0")
PANIC_SELECTOR: Final = bytes.fromhex("4e487b71")
PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division by zero",
    0x21: "a value outside its enumeration",
    0x22: "badly encoded storage",
    0x31: "pop from an empty array",
    0x32: "index out of bounds",
    0x41: "too much memory",
    0x51: "call of an unset function",
}


def explain_revert(data: bytes) -> str:
    """Why a call failed, in words, from the bytes it gave back. Never raises: a refusal must always be shown."""
    if not data:
        return "refused without a reason"
    try:
        return _explained(data)
    except Undecodable:
        return f"refused with 0x{data.hex()}"


def _explained(data: bytes) -> str:
    selector, body = data[:4], data[4:]
    if selector == ERROR_SELECTOR:
        return str(decoded("Error(string)", [Parameter("reason", "string")], body)[0])
    if selector == PANIC_SELECTOR:
        code = decoded("Panic(uint256)", [Parameter("code", "uint256")], body)[0]
        assert isinstance(code, int)
        return PANICS.get(code, f"panic 0x{code:02x}")  # codes may be added to the list
    return f"refused with 0x{data.hex()}"
