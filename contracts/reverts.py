"""The words in what a failed call gives back.

`Error(string)` and `Panic(uint256)`: https://docs.soliditylang.org/en/latest/control-structures.html
Vyper gives a string for every stated reason, and nothing where its own checks (overflow, wrong calldata) failed. It
has no custom errors in its ABI, so theirs stand here: CUSTOM_ERRORS, for every program that shows a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from eth_utils.crypto import keccak

from contracts.errors import Undecodable
from contracts.reasons import words
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


@dataclass(frozen=True, slots=True)
class CustomError:
    name: str
    inputs: tuple[Parameter, ...]

    @property
    def signature(self) -> str:
        """Its name and the canonical types of its inputs."""
        return f"{self.name}({','.join(parameter.type for parameter in self.inputs)})"

    @property
    def selector(self) -> bytes:
        """The first 4 bytes of what a call that reverts with it gives back."""
        return keccak(text=self.signature)[:4]


REFUSED: Final = CustomError("Refused", tuple(Parameter(name, "uint256") for name in ("code", "rule", "version")))
CUSTOM_ERRORS: Final[Mapping[bytes, CustomError]] = MappingProxyType({error.selector: error for error in (REFUSED,)})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Of a payment: what was wrong, which rule of the policy says so (0: the currency), at which version of them."""

    code: int
    rule: int
    version: int

    def __str__(self) -> str:
        return f"refused: {words(self.code)} (code {self.code}, rule {self.rule}, version {self.version})"


def decode_refusal(data: bytes | str) -> Refusal | None:
    """The numbers in `Refused(code, rule, version)`, from bytes or from the hex text of a receipt's `revertReason`.

    None for anything else, Undecodable for half of it.
    """
    if isinstance(data, str):
        return decode_refusal(_from_hex(data))
    if data[:4] != REFUSED.selector:
        return None
    code, rule, version = decoded(REFUSED.signature, REFUSED.inputs, data[4:])
    assert isinstance(code, int) and isinstance(rule, int) and isinstance(version, int)
    return Refusal(code, rule, version)


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise Undecodable(REFUSED.signature, text.encode(), "it is not hex") from None


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
    refusal = decode_refusal(data)
    if refusal is not None:
        return str(refusal)
    return f"refused with 0x{data.hex()}"
