"""When a validator that has lost its sign-state may sign again.

It cannot know what it has signed, so it stays silent until that can no longer matter: until a height above head + 1
is final, head being the highest that a quorum of validators reports. What it may have signed is below that.
"""

from node.primitives.certificate import quorum
from node.primitives.types import Address


class FreshStart:
    def __init__(self, own: Address, validators: tuple[Address, ...]) -> None:
        self._validators = frozenset(validators) - {own}
        self._needed = min(quorum(len(validators)), len(self._validators))
        self._reported: dict[Address, int] = {}
        self._silent_until: int | None = None

    @property
    def silent_until(self) -> int | None:
        """The height that must be final first; None until a quorum has reported."""
        return self._silent_until

    def heard(self, validator: Address, number: int) -> None:
        """A validator, known by its key, says where its head is."""
        if validator in self._validators and self._silent_until is None:
            self._reported[validator] = max(number, self._reported.get(validator, 0))
            if len(self._reported) >= self._needed:
                self._silent_until = max(self._reported.values()) + 2

    def may_sign(self, head: int) -> bool:
        """With our head at this height."""
        return self._silent_until is not None and head >= self._silent_until
