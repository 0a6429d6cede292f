"""What a command is given: the settings, the person, the clock, and a node and a keystore when it asks for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import Artifact
from contracts.deals import Deal, Stage
from wallet.console import Console
from wallet.errors import WrongUsage
from wallet.keystore import Keystore
from wallet.money import Currency
from wallet.node_client import Node
from wallet.profile import Settings
from wallet.signing import Knowledge


@dataclass(frozen=True, slots=True)
class Clock:
    now: Callable[[], datetime]  # UTC
    monotonic_s: Callable[[], float]
    sleep_s: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command found or did: one JSON document, and the same in words."""

    document: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class Session:
    settings: Settings
    console: Console
    clock: Clock

    @property
    def keystore(self) -> Keystore:
        return Keystore(self.settings.keystore)

    def connect(self) -> Node:
        """Raises WrongChain if the settings pin another network than the node's."""
        node = Node(self.settings.rpc, self.settings.chain_id)
        node.check_chain()
        return node

    def knowledge(
        self,
        currencies: Mapping[bytes, Currency],
        *,
        deals: Mapping[bytes, Deal] | None = None,
        stages: Mapping[bytes, Sequence[Stage]] | None = None,
        deployment: Artifact | None = None,
    ) -> Knowledge:
        """What sentences and events may name: besides what is given, the person's own accounts."""
        labels = {account.address: account.label for account in self.keystore.accounts() if account.label is not None}
        return Knowledge(self.settings.escrow, currencies, deals or {}, labels, deployment, stages or {})

    def passphrase(self, prompt: str) -> str:
        if self.settings.password_file is not None:
            return self._passphrase_from_file()
        return self.console.secret(prompt, "give the passphrase with --password-file FILE")

    def check_passphrase_source(self) -> None:
        """Before the work, not after it: somebody, or a file, will be able to give the passphrase."""
        if self.settings.password_file is None and not self.console.interactive:
            raise WrongUsage("there is no terminal to type on; give the passphrase with --password-file FILE")

    def new_passphrase(self) -> str:
        """Typed twice, so that a slip of the finger locks nobody out."""
        passphrase = self.passphrase("Choose a passphrase for the key file: ")
        if not passphrase:
            raise WrongUsage("the passphrase is empty, which would leave the key open to anybody; choose one")
        if self.settings.password_file is None and self.console.secret("Once more: ", "") != passphrase:
            raise WrongUsage("the two passphrases differ; run the command again")
        return passphrase

    def _passphrase_from_file(self) -> str:
        assert self.settings.password_file is not None
        try:
            text = self.settings.password_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUsage(f"cannot read the password file {self.settings.password_file}: {error}") from error
        return text.split("\n", 1)[0].removesuffix("\r")
