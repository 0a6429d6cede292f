"""Validators: The validators of the network: the set named by the genesis.

Written by scripts/generate from validators.vy.
"""

from typing import cast

from contracts.chain import Bound


class Validators(Bound):
    """The ledger reads this set from the parent block's state to know who seals the next block."""

    NAME = "validators"

    def getValidators(self) -> tuple[bytes, ...]:
        """The validators that must seal a block built on this state.

        Answers: Their addresses, ascending.
        """
        return cast(tuple[bytes, ...], self._read("getValidators", []))

    def isValidator(self, arg0: bytes) -> bool:
        return cast(bool, self._read("isValidator", [arg0]))
