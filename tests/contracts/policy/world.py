"""A currency with its policy and directory, and everybody whom a rule can mean."""

import functools
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from contracts import DIRECTORY, ECASH, POLICY, Artifact, Refusal, compile_file, load
from tests.contracts.placed import NOBODY, Placed
from tests.contracts.tally import Tally

ADMIN, BANK, ALICE, BOB, CAROL, DAVE, REGISTRAR, OFFICER, BOARD, LIST_OWNER, FREEZER, PAUSER = (
    bytes([0xA0 + number]) * 20 for number in range(12)
)
CUSTODIAN, RULE = b"\xc0" * 20, b"\xc1" * 20
PEOPLE = [ALICE, BOB, CAROL, DAVE]
HOLDERS = [*PEOPLE, BANK, CUSTODIAN]
DENIED, ALLOWED = b"sanctions".ljust(32, b"\0"), b"residents".ljust(32, b"\0")
NO_SUBJECT, NO_CONTEXT = bytes(32), bytes(32)
RULE_SUBJECT = bytes(12) + RULE
NO_LIMIT = 2**80 - 1
DAY = 24 * 60 * 60


class Kind(IntEnum):
    NONE = 0
    PER_PAYMENT = 1
    PER_DAY = 2
    BALANCE = 3
    DENY = 4
    ALLOW = 5
    CONTRACT = 6


SUBJECTS = {Kind.DENY: DENIED, Kind.ALLOW: ALLOWED, Kind.CONTRACT: RULE_SUBJECT}


class Mood(IntEnum):
    PERMITS = 0
    REFUSES = 1
    REVERTS = 2
    BURNS_ALL_GAS = 3
    SAYS_NOTHING = 4
    REFUSES_ODD = 5
    NEEDS_A_REFERENCE = 6
    TALKS_TOO_MUCH = 7
    USES_ALL_IT_MAY = 8


@dataclass(frozen=True)
class World:
    ecash: Placed
    policy: Placed
    directory: Placed
    moody: Placed

    def set_rules(self, *kinds: Kind) -> None:
        """Rules 1, 2, ... in place of any before."""
        for rule in range(1, 17):
            kind = kinds[rule - 1] if rule <= len(kinds) else Kind.NONE
            if self.policy.read("rule", rule)["kind"] != kind:
                self.policy.do("set_rule", rule, kind, SUBJECTS.get(kind, NO_SUBJECT), sender=ADMIN)

    def check(self, payer: bytes, payee: bytes, amount: int, context: bytes = NO_CONTEXT) -> Refusal:
        """What `check` says, code 0 for a payment that goes through."""
        return Refusal(*self.ecash.read("check", payer, payee, amount, context))

    def pay(self, payer: bytes, payee: bytes, amount: int, context: bytes = NO_CONTEXT) -> str:
        """Empty for a payment that was made, else why it was not."""
        if context == NO_CONTEXT:
            return self.ecash.attempt("transfer", payee, amount, sender=payer).words
        return self.ecash.attempt("transfer_with_memo", payee, amount, context, sender=payer).words

    def agree(self, payer: bytes, payee: bytes, amount: int, context: bytes = NO_CONTEXT) -> Refusal:
        """Asks, then pays: the answers must be one."""
        said = self.check(payer, payee, amount, context)
        done = self.pay(payer, payee, amount, context)
        assert done == ("" if said.code == 0 else str(said)), f"check said {said}, the transfer {done or 'was made'}"
        return said

    def identify(self, who: bytes, tier: int) -> None:
        self.policy.do("set_tier", who, tier, sender=REGISTRAR)

    def list(self, list_id: bytes, who: bytes, listed: bool) -> None:
        if self.policy.read("on_list", list_id, who) != listed:
            self.policy.do("set_list", list_id, who, listed, sender=LIST_OWNER)


def new_world(*, decimals: int = 2, money: int = 30_000, tally: Tally | None = None) -> World:
    """Everybody holds `money` minor units; no rule stands."""
    directory = Placed(load("directory"), DIRECTORY, ADMIN, [CUSTODIAN], [], [])
    ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", decimals, ADMIN, DIRECTORY, POLICY, tally=tally)
    policy = Placed(load("policy"), POLICY, ECASH, ADMIN, decimals, tally=tally)
    moody = Placed(moody_artifact(), RULE)
    # Any code will do for a contract that holds money of others: its calls are made for it.
    Placed(moody_artifact(), CUSTODIAN)
    for contract, name, who in (
        (policy, "set_registrar", REGISTRAR),
        (policy, "set_officer", OFFICER),
        (policy, "set_board", BOARD),
        (ecash, "set_freezer", FREEZER),
        (ecash, "set_pauser", PAUSER),
    ):
        contract.do(name, who, True, sender=ADMIN)
    for list_id in (DENIED, ALLOWED):
        policy.do("open_list", list_id, LIST_OWNER, sender=ADMIN)
    ecash.do("set_quota", BANK, 2**100, sender=ADMIN)
    for who in HOLDERS:
        ecash.do("mint", who, money, sender=BANK)
    return World(ecash, policy, directory, moody)


def set_mood(world: World, mood: Mood) -> None:
    world.moody.do("set_mood", mood, sender=NOBODY)


@functools.cache
def moody_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "moody_rule.vy")
