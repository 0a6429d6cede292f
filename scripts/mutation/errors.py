"""What makes a mutation run worthless: it stops, and no mutant counts as killed for it.

MutationError
├── UnchangedTestsFail   the tests of a contract do not pass without any mutant
└── TrialBroken          a mutant's tests ended neither by passing nor by failing
"""

from typing import Final

SHOWN: Final = 4_000
"""Characters, of the end of what the tests printed."""


class MutationError(Exception):
    """Base of all errors of a mutation run."""


class UnchangedTestsFail(MutationError):
    def __init__(self, contract: str, ending: str, output: str) -> None:
        self.contract = contract
        self.ending = ending
        self.output = output
        super().__init__(f"the tests of {contract} do not pass without any mutant: {ending}\n{output[-SHOWN:]}")


class TrialBroken(MutationError):
    def __init__(self, contract: str, mutant: str, ending: str, output: str) -> None:
        self.contract = contract
        self.mutant = mutant
        self.ending = ending
        self.output = output
        super().__init__(
            f"mutant {mutant} of {contract} is neither killed nor alive, as its tests came to no result: {ending}\n"
            f"{output[-SHOWN:]}"
        )
