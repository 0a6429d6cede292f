"""What halted an execution, in geth's words, which clients show and match on."""

from typing import Any, Final

from eth import exceptions

REVERTED: Final = "execution reverted"

_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (exceptions.Revert, REVERTED),
    (exceptions.InsufficientStack, "stack underflow"),
    (exceptions.FullStack, "stack limit reached 1024"),
    (exceptions.InvalidJumpDestination, "invalid jump destination"),
    (exceptions.WriteProtection, "write protection"),
    (exceptions.OutOfBoundsRead, "return data out of bounds"),
    (exceptions.StackDepthLimit, "max call depth exceeded"),
    (exceptions.InsufficientFunds, "insufficient balance for transfer"),
    (exceptions.ContractCreationCollision, "contract address collision"),
    (exceptions.ReservedBytesInCode, "invalid code: must not begin with 0xef"),
)
_OUT_OF_GAS: Final = (
    ("Contract code size exceeds EIP170", "max code size exceeded"),
    ("Contract code size exceeds EIP-3860", "max initcode size exceeded"),
)
"""py-evm says "out of gas" for these limits too."""


def halt_words(computation: Any) -> str:
    """Of a computation that failed."""
    error = computation.error
    if isinstance(error, exceptions.InvalidInstruction):
        return _invalid_instruction(str(error))
    if isinstance(error, exceptions.OutOfGas):
        text = str(error)
        return next((words for start, words in _OUT_OF_GAS if text.startswith(start)), "out of gas")
    return next((words for kind, words in _WORDS if isinstance(error, kind)), f"precompile failed: {error}")


def _invalid_instruction(text: str) -> str:
    """py-evm's text is "Invalid opcode 0xNN @ position", or one about a jump into push data."""
    if not text.startswith("Invalid opcode "):
        return "invalid jump destination"
    opcode = int(text.split()[2], 16)
    return "invalid opcode: INVALID" if opcode == 0xFE else f"invalid opcode: opcode {opcode:#x} not defined"
