"""When a validator that has lost its sign-state may sign again.

It cannot know what it has signed, so it stays silent until that can no longer matter: until a height above head + 1
is final, head being the highest that a quorum of the other validators reports. What it may have signed is below that.

Reports are proven ones (a certificate of the present set, or a height that we have ourselves), so that no liar can
silence it for ever; and it is the highest of them that counts, since the one honest report among them may be it.
With too few others left to report there is `jiaozi-node sign-state --accept-loss`.
"""

from node.primitives.certificate import quorum
from node.primitives.types import Address


class FreshStart:
    def __init__(self, own: Address) -> None:
        self._own = own
        self._reported: dict[Address, int] = {}
        self._silent_until: int | None = None

    @property
    def silent_until(self) -> int | None:
        """The height that must be final first; None until a quorum has reported."""
        return self._silent_until

    def heard(self, validator: Address, number: int, validators: tuple[Address, ...]) -> None:
        """A validator of the present set, known by its key, has shown where its head is."""
        if self._silent_until is not None or validator == self._own:
            return
        self._reported[validator] = max(number, self._reported.get(validator, 0))
        reports = [height for each, height in self._reported.items() if each in validators]
        if len(reports) >= min(quorum(len(validators)), len(validators) - 1):
            self._silent_until = max(reports) + 2

    def may_sign(self, head: int) -> bool:
        """With our head at this height."""
        return self._silent_until is not None and head >= self._silent_until
