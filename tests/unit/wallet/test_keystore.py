"""Key files: private, whole, readable by others, and never mistaken for one another."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from eth_account import Account

from wallet.errors import (
    AccountExists,
    BadAddress,
    KeystoreUnreadable,
    KeystoreUnwritable,
    NoSuchAccount,
    WrongPassphrase,
)
from wallet.keystore import Keystore, StoredAccount, check_label, unlock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECRETS = tuple(bytes([number]) * 32 for number in (3, 1, 2))


def filled(folder: Path) -> Keystore:
    keystore = Keystore(folder / "keys")
    for place, (secret, label) in enumerate(zip(SECRETS, ("shop", None, "savings"), strict=True)):
        keystore.add(secret, "open", label=label, kdf="light", now=NOON + timedelta(seconds=place))
    return keystore


def rewritten(account: StoredAccount, **changes: object) -> None:
    document = json.loads(account.path.read_text())
    account.path.write_text(json.dumps({**document, **changes}))


def test_what_is_kept_opens_with_its_passphrase_and_no_other(tmp_path: Path) -> None:
    accounts = filled(tmp_path).accounts()
    assert [unlock(account, "open") for account in accounts] == list(SECRETS)
    with pytest.raises(WrongPassphrase, match=str(accounts[0])):
        unlock(accounts[0], "Open")


def test_files_and_their_folder_are_their_owners_alone(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    assert stat.S_IMODE(keystore.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(account.path.stat().st_mode) for account in keystore.accounts()} == {0o600}
    assert len(list(keystore.folder.iterdir())) == len(SECRETS)


def test_accounts_are_numbered_in_the_order_of_their_making(tmp_path: Path) -> None:
    accounts = filled(tmp_path).accounts()
    assert [account.index for account in accounts] == [0, 1, 2]
    assert [str(account) for account in accounts] == [str(Account.from_key(secret).address) for secret in SECRETS]


def test_an_account_is_chosen_by_index_address_or_label(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    second = keystore.accounts()[1]
    for choice in ("1", str(second), str(second).lower()):
        assert keystore.select(choice) == second
    assert keystore.select("savings").index == 2
    for nobody in ("3", "Shop", "0x" + "1" * 40):
        with pytest.raises(NoSuchAccount, match="no account"):
            keystore.select(nobody)


def test_a_mistyped_address_chooses_nobody(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    with pytest.raises(BadAddress, match="checksum"):
        keystore.select(str(keystore.accounts()[1]).swapcase().replace("0X", "0x"))


def test_without_a_choice_only_a_lone_account_is_taken(tmp_path: Path) -> None:
    keystore = Keystore(tmp_path / "keys")
    with pytest.raises(NoSuchAccount, match="there is no account"):
        keystore.select(None)
    lone = keystore.add(SECRETS[0], "open", label=None, kdf="light", now=NOON)
    assert keystore.select(None) == lone
    keystore.add(SECRETS[1], "open", label="second", kdf="light", now=NOON + timedelta(seconds=1))
    with pytest.raises(NoSuchAccount, match=r"2 accounts \(0, second\); choose one with --from"):
        keystore.select(None)


def test_neither_an_address_nor_a_label_is_kept_twice(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    with pytest.raises(AccountExists, match="already"):
        keystore.add(SECRETS[1], "open", label=None, kdf="light", now=NOON)
    with pytest.raises(AccountExists, match="'shop' is taken"):
        keystore.add(b"\x09" * 32, "open", label="shop", kdf="light", now=NOON)


def test_a_file_of_another_program_is_read(tmp_path: Path) -> None:
    foreign = Account.encrypt(SECRETS[0], "open", kdf="pbkdf2", iterations=1000)
    (tmp_path / "mine.json").write_text(json.dumps(foreign))
    (tmp_path / "notes.txt").write_text("not a key")
    (lone,) = Keystore(tmp_path).accounts()
    assert lone.label is None and unlock(lone, "open") == SECRETS[0]


def test_a_kept_file_opens_in_another_program(tmp_path: Path) -> None:
    text = filled(tmp_path).accounts()[0].path.read_text()
    assert bytes(Account.decrypt(text, "open")) == SECRETS[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]", "is no keystore of version 3"),
        ('{"version": 1, "address": "00"}', "is no keystore of version 3"),
        ('{"version": 3}', "names no address"),
        ('{"version": 3, "address": 5}', "names no address"),
    ],
)
def test_a_broken_file_stops_everything_rather_than_renumber_the_others(
    tmp_path: Path, text: str, problem: str
) -> None:
    keystore = filled(tmp_path)
    (keystore.folder / "UTC--2020-broken").write_text(text)
    with pytest.raises(KeystoreUnreadable, match=problem):
        keystore.select("shop")


def test_a_file_that_holds_another_key_than_it_says_opens_nothing(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    first, second, _ = keystore.accounts()
    rewritten(first, address=json.loads(second.path.read_text())["address"])
    with pytest.raises(KeystoreUnreadable, match="another address than it says"):
        unlock(keystore.accounts()[0], "open")


def test_a_file_that_asks_for_absurd_work_is_refused_at_once(tmp_path: Path) -> None:
    keystore = filled(tmp_path)
    account = keystore.accounts()[0]
    crypto = json.loads(account.path.read_text())["crypto"]
    crypto["kdfparams"]["n"] = 2**30
    rewritten(account, crypto=crypto)
    with pytest.raises(KeystoreUnreadable, match="more work than any honest file"):
        unlock(account, "open")


def test_a_file_without_its_parameters_is_refused(tmp_path: Path) -> None:
    account = filled(tmp_path).accounts()[0]
    rewritten(account, crypto={"kdf": "scrypt"})
    with pytest.raises(KeystoreUnreadable, match="lacks or garbles 'kdfparams'"):
        unlock(account, "open")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises((KeystoreUnwritable, KeystoreUnreadable), match="file"):
        Keystore(tmp_path / "file" / "keys").add(SECRETS[0], "open", label=None, kdf="light", now=NOON)


@pytest.mark.parametrize("label", ["1", "0x12", "", "a b", "é", "-x", "x" * 65])
def test_a_label_never_looks_like_an_index_or_an_address(label: str) -> None:
    with pytest.raises(ValueError, match="is no label"):
        check_label(label)
