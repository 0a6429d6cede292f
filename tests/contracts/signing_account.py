"""An account that is a contract and has signed (EIP-1271) what it was told to."""

from pathlib import Path

from contracts import compile_file
from tests.contracts.placed import Placed


def signing_account(address: bytes) -> Placed:
    """`sign(digest)` makes it have signed that; `set_reverts(True)` makes it fail when it is asked."""
    return Placed(compile_file(Path(__file__).parent / "signing_account.vy"), address)
