"""Key files: one account a file, keystore version 3, readable by geth, ethers, web3.py and most wallets.

The rules: a file is readable by its owner alone and appears whole or not at all; the order of the file names, which
start with the time of their making, numbers the accounts; a file that cannot be read stops everything, because
leaving it out would renumber the others and money would leave from the wrong account.
https://github.com/ethereum/wiki/wiki/Web3-Secret-Storage-Definition
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from wallet.addresses import ADDRESS_TEXT, checksummed, parse_address
from wallet.errors import (
    AccountExists,
    BadAddress,
    KeystoreUnreadable,
    KeystoreUnwritable,
    NoSuchAccount,
    WrongPassphrase,
)

# The key of the extra object in a file; other programs ignore it.
EXTRA: Final = "x-jiaozi"
# What guessing a passphrase costs: scrypt's N. Light is for tests and demonstrations, whose keys guard nothing.
SCRYPT_COST: Final[Mapping[str, int]] = {"standard": 2**18, "light": 2**12}
# A file from elsewhere may ask for any work; beyond this it would only exhaust the machine.
MAX_SCRYPT_MEMORY: Final = 2**31
MAX_SCRYPT_P: Final = 64
MAX_PBKDF2_ROUNDS: Final = 10_000_000
LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class StoredAccount:
    index: int
    address: bytes
    label: str | None
    path: Path

    def __str__(self) -> str:
        return checksummed(self.address)


@dataclass(frozen=True, slots=True)
class Keystore:
    folder: Path

    def accounts(self) -> tuple[StoredAccount, ...]:
        try:
            paths = sorted(path for path in self.folder.iterdir() if _is_key_file(path.name))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise KeystoreUnreadable(self.folder, f"cannot be listed ({error.strerror})") from error
        return tuple(_stored(index, path) for index, path in enumerate(paths))

    def select(self, choice: str | None) -> StoredAccount:
        """By index, address or label; without a choice, the only account there is."""
        accounts = self.accounts()
        if not accounts:
            raise NoSuchAccount(f"there is no account in {self.folder}; make one with `jiaozi-wallet new`")
        if choice is None:
            return _only(accounts)
        for account in accounts:
            if _fits(account, choice):
                return account
        raise NoSuchAccount(f"no account {choice!r} is in {self.folder}; `jiaozi-wallet accounts` lists them")

    def check_free(self, label: str | None) -> None:
        if label is not None and any(account.label == label for account in self.accounts()):
            raise AccountExists(f"the label {label!r} is taken; choose another")

    def add(self, secret: bytes, passphrase: str, *, label: str | None, kdf: str, now: datetime) -> StoredAccount:
        """`now` in UTC. Raises AccountExists."""
        from eth_account import Account

        address = parse_address(Account.from_key(secret).address)
        self.check_free(label)
        for account in self.accounts():
            if account.address == address:
                raise AccountExists(f"account {account} is in {self.folder} already, in {account.path.name}")
        document = Account.encrypt(secret, passphrase, kdf="scrypt", iterations=SCRYPT_COST[kdf])
        if label is not None:
            document[EXTRA] = {"label": label}
        name = f"UTC--{now:%Y-%m-%dT%H-%M-%S.%f}Z--{address.hex()}"
        try:
            _write_private(self.folder, name, json.dumps(document, indent=2) + "\n")
        except OSError as error:
            raise KeystoreUnwritable(self.folder, error.strerror or str(error)) from error
        return next(account for account in self.accounts() if account.address == address)


def unlock(account: StoredAccount, passphrase: str) -> bytes:
    """The private key. Raises WrongPassphrase or KeystoreUnreadable."""
    from eth_account import Account

    document = _read(account.path)
    _check_work(account.path, document)
    try:
        secret = bytes(Account.decrypt(document, passphrase))
    except ValueError as error:
        if "MAC mismatch" in str(error):
            raise WrongPassphrase(str(account)) from None
        raise KeystoreUnreadable(account.path, f"cannot be opened ({error})") from error
    except (KeyError, TypeError) as error:
        raise KeystoreUnreadable(account.path, f"lacks or garbles {error}") from error
    if parse_address(Account.from_key(secret).address) != account.address:
        raise KeystoreUnreadable(account.path, "holds the key of another address than it says")
    return secret


def check_label(label: str) -> str:
    """Raises ValueError: a label must never look like an index or an address."""
    if not LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is no label; use letters, digits, dots and dashes, a letter first")
    return label


def _only(accounts: tuple[StoredAccount, ...]) -> StoredAccount:
    if len(accounts) > 1:
        listed = ", ".join(account.label or str(account.index) for account in accounts[:10])
        raise NoSuchAccount(f"there are {len(accounts)} accounts ({listed}); choose one with --from")
    return accounts[0]


def _fits(account: StoredAccount, choice: str) -> bool:
    if ADDRESS_TEXT.fullmatch(choice):
        return account.address == parse_address(choice)
    if choice.isdecimal():
        return account.index == int(choice)
    return account.label == choice


def _is_key_file(name: str) -> bool:
    return name.startswith("UTC--") or (name.endswith(".json") and not name.startswith("."))


def _stored(index: int, path: Path) -> StoredAccount:
    document = _read(path)
    extra = document.get(EXTRA)  # absent in files of other programs
    label = extra.get("label") if isinstance(extra, dict) else None
    try:
        address = parse_address("0x" + str(document["address"]).removeprefix("0x").lower())
    except (KeyError, BadAddress):
        raise KeystoreUnreadable(path, "names no address") from None
    return StoredAccount(index, address, label if isinstance(label, str) and LABEL.fullmatch(label) else None, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeystoreUnreadable(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise KeystoreUnreadable(path, "is not JSON") from error
    if not isinstance(document, dict) or document.get("version") != 3:
        raise KeystoreUnreadable(path, "is no keystore of version 3")
    return document


def _check_work(path: Path, document: Mapping[str, Any]) -> None:
    try:
        crypto = document["crypto"] if "crypto" in document else document["Crypto"]
        parameters = crypto["kdfparams"]
        if crypto["kdf"] == "scrypt":
            bearable = 128 * parameters["n"] * parameters["r"] <= MAX_SCRYPT_MEMORY and parameters["p"] <= MAX_SCRYPT_P
        else:
            bearable = parameters["c"] <= MAX_PBKDF2_ROUNDS
    except (KeyError, TypeError) as error:
        raise KeystoreUnreadable(path, f"lacks or garbles {error}") from error
    if not bearable:
        raise KeystoreUnreadable(path, "asks for more work than any honest file")


def _write_private(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{name}.new"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, folder / name)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may take the new name with it, and the words were shown only once.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
