"""Why a consensus message or a sign-state is not taken.

ConsensusError
 ├── MalformedMessage      bytes that are no consensus message
 ├── SignStateError        what was signed before the restart cannot be trusted: nothing may be signed
 │    ├── SignStateDamaged     does not parse
 │    └── SignStateMismatch    is of another key, chain or genesis
 └── MessageRefused        a well-formed message that does not count
      ├── BadSignature         recovers to nobody
      ├── NotAValidator        signed by somebody outside the set of this height
      ├── NotTheProposer       a Proposal by a validator whose turn it is not
      ├── StaleRound           of a round that we have left
      ├── TooFarAhead          of a height that cannot be judged before others are final
      ├── Unjustified          a Proposal or RoundChange that does not carry its justification
      ├── Conflicting          the second of two different statements at one height, round and kind
      └── BadSeal              a Commit whose seal is not its sender's
"""

from dataclasses import dataclass

from node.primitives.types import Address


class ConsensusError(Exception):
    pass


class MalformedMessage(ConsensusError):
    """The text says which part is wrong."""


class SignStateError(ConsensusError):
    pass


class SignStateDamaged(SignStateError):
    def __init__(self, problem: str) -> None:
        super().__init__(f"sign-state: {problem}; nothing is signed until it is restored or given up on purpose")


class SignStateMismatch(SignStateError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"sign-state: its {kind} was not signed by this key on this chain; is the data folder another's?"
        )


class MessageRefused(ConsensusError):
    pass


class BadSignature(MessageRefused):
    pass


@dataclass(eq=False)
class NotAValidator(MessageRefused):
    sender: Address
    height: int

    def __str__(self) -> str:
        return f"0x{self.sender.hex()} is not a validator at height {self.height}"


@dataclass(eq=False)
class NotTheProposer(MessageRefused):
    sender: Address
    round: int
    expected: Address

    def __str__(self) -> str:
        return f"round {self.round} is proposed by 0x{self.expected.hex()}, not by 0x{self.sender.hex()}"


@dataclass(eq=False)
class StaleRound(MessageRefused):
    round: int
    current: int

    def __str__(self) -> str:
        return f"is of round {self.round}, we are in round {self.current}"


@dataclass(eq=False)
class TooFarAhead(MessageRefused):
    height: int
    current: int

    def __str__(self) -> str:
        return f"is of height {self.height}, we are deciding height {self.current}"


@dataclass(eq=False)
class Unjustified(MessageRefused):
    what: str
    height: int
    round: int

    def __str__(self) -> str:
        return f"{self.what} of height {self.height} round {self.round} is not justified by what it carries"


@dataclass(eq=False)
class Conflicting(MessageRefused):
    what: str
    sender: Address
    round: int

    def __str__(self) -> str:
        return f"0x{self.sender.hex()} has signed another {self.what} in round {self.round}"


class BadSeal(MessageRefused):
    pass
