"""The real currency with its policy, its directory and everyone who has a power over them, around any world."""

from typing import Any

from contracts import DIRECTORY, POLICY, load, names
from tests.contracts.currency import CENTRAL_BANK, FREEZER, MINTER, PAUSER
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed

PROPOSER, EXECUTOR, VETOER, REGISTRAR, OFFICER, BOARD = (bytes([0xCE]) * 19 + bytes([number]) for number in range(6))
KEYS = {
    "central bank": CENTRAL_BANK,
    "issuer": MINTER,
    "pauser": PAUSER,
    "freezer": FREEZER,
    "proposer of seizures": PROPOSER,
    "executor of seizures": EXECUTOR,
    "vetoer": VETOER,
    "registrar": REGISTRAR,
    "compliance officer": OFFICER,
    "appeal board": BOARD,
}
BLOCKING_CASE = b"blocked".ljust(32, b"\0")
PER_PAYMENT, PER_DAY, BALANCE = 1, 2, 3
HIGHEST_TIER = 3
PLENTY = 10**15


def custody_contracts() -> list[str]:
    """Whatever holds the money of others, by what it can be asked."""
    return [name for name in names() if load(name).is_custody]


class Realm:
    """Surroundings in which each token is a currency under its own policy, and custody is listed when it is placed."""

    def __init__(self) -> None:
        self.directory = Placed(load("directory"), DIRECTORY, CENTRAL_BANK, [], [], [])
        self.custody: list[bytes] = []
        self.currencies: list[Currency] = []
        self.policies: list[Placed] = []

    def token(self, address: bytes) -> "Currency":
        # One currency has the genesis address of the policy, the next ones those after it.
        policy_address = POLICY[:-1] + bytes([POLICY[-1] ^ (0x80 + len(self.policies))])
        currency = Currency(self, address, policy_address)
        policy = Placed(load("policy"), policy_address, address, CENTRAL_BANK, 2)
        for contract, name, arguments in (
            (policy, "set_registrar", (REGISTRAR, True)),
            (policy, "set_officer", (OFFICER, True)),
            (policy, "set_board", (BOARD, True)),
            (policy, "set_rule", (1, PER_PAYMENT, bytes(32))),
            (policy, "set_rule", (2, PER_DAY, bytes(32))),
            (policy, "set_rule", (3, BALANCE, bytes(32))),
            (currency, "set_freezer", (FREEZER, True)),
            (currency, "set_pauser", (PAUSER, True)),
            (currency, "set_quota", (MINTER, PLENTY)),
            (currency, "set_order_role", (PROPOSER, 1)),
            (currency, "set_order_role", (EXECUTOR, 2)),
            (currency, "set_order_role", (VETOER, 3)),
        ):
            contract.do(name, *arguments, sender=CENTRAL_BANK)
        self.currencies.append(currency)
        self.policies.append(policy)
        currency.policy = policy
        return currency

    def placed(self, contract: Placed) -> None:
        if contract.artifact.name not in custody_contracts():
            return
        self.directory.do("set_custodian", contract.address, True, sender=CENTRAL_BANK)
        self.custody.append(contract.address)
        for currency in self.currencies:
            for who in currency.people:
                currency.do("approve", contract.address, 2**255, sender=who)
            if contract.artifact.name == "rtgs_desk":
                currency.do("set_quota", contract.address, PLENTY, sender=CENTRAL_BANK)


class Currency(Placed):
    """The currency, obeying what a world asks of a token that misbehaves: whoever is given money is identified and
    allows custody to take it, and whoever is blocked has its claims frozen, until the mood is set anew."""

    policy: Placed

    def __init__(self, realm: Realm, address: bytes, policy: bytes) -> None:
        self.realm = realm
        self.people: list[bytes] = []
        self.blocked: bytes | None = None
        super().__init__(load("ecash"), address, "Jiaozi", "JZ", 2, CENTRAL_BANK, DIRECTORY, policy)

    def do(self, name: str, *arguments: object, sender: bytes = NOBODY) -> Any:
        if sender != NOBODY or name not in ("mint", "block", "set_mode"):
            return super().do(name, *arguments, sender=sender)
        if name == "mint":
            self._give(*arguments)
        else:
            self._block(arguments[0] if name == "block" else None)
        assert name != "set_mode" or arguments == (HOSTILE_MOODS["honest"],), "a currency has no moods"
        return None

    def _give(self, who: Any, amount: Any) -> None:
        if who not in self.people:
            self.people.append(who)
            self.policy.do("set_tier", who, HIGHEST_TIER, sender=REGISTRAR)
            for custody in self.realm.custody:
                self.do("approve", custody, 2**255, sender=who)
        self.do("mint", who, amount, sender=MINTER)

    def _block(self, who: Any) -> None:
        if self.blocked is not None:
            self.do("unfreeze_claims", self.blocked, BLOCKING_CASE, sender=FREEZER)
        if who is not None:
            self.do("freeze_claims", who, BLOCKING_CASE, sender=FREEZER)
        self.blocked = who
