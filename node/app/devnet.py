"""The development network: keys and folders on the first start, then one process a validator.

What a newcomer needs is printed once all of them listen: URLs, contract addresses, accounts and their keys. The
network's id, validators and block period are fixed by its first start; a later start that asks for others says so.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

import httpx
from eth_utils.address import to_checksum_address

from contracts import DIRECTORY, ECASH, ESCROW, POLICY, VALIDATORS
from node.app.config import render_config
from node.app.development_money import issue_to_all
from node.app.errors import AppError, BadConfiguration, BadFolder, NetworkRuns, PortTaken
from node.app.folder import NodeFolder
from node.app.network_folder import (
    DEVELOPMENT_CHAIN_ID,
    DEVELOPMENT_MNEMONIC,
    NetworkOptions,
    check_ports,
    create_network,
    development_keys,
    node_config,
)
from node.storage.durable import FileLock
from node.storage.errors import InUse

DEFAULT_RPC_PORT: Final = 8545
DEFAULT_P2P_PORT: Final = 30303
START_LIMIT_S: Final = 60.0
STOP_LIMIT_S: Final = 2.5
"""After this a validator that still runs is killed: the whole must be gone within 3 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevnetOptions:
    """Ports None: the default, or the next ones that are free. `issue`: e-cash to the accounts on the first start."""

    path: Path
    validators: int
    rpc_port: int | None
    p2p_port: int | None
    block_period_ms: int
    engine: str
    chain_id: int | None
    as_json: bool
    issue: bool
    until_stdin_closes: bool


class ValidatorStopped(AppError):
    pass


def run_devnet(options: DevnetOptions) -> int:
    """Runs until Ctrl-C or SIGTERM; 0 then. Raises AppError where it can't start or a validator dies."""
    rpc_port = _ports(options.rpc_port, DEFAULT_RPC_PORT, options.validators, "JSON-RPC")
    p2p_port = _ports(options.p2p_port, DEFAULT_P2P_PORT, options.validators, "between validators")
    with _alone(options.path):
        _run(options, rpc_port, p2p_port)
    _talk("All validators have stopped; the same command resumes the network.")
    return 0


def _run(options: DevnetOptions, rpc_port: int, p2p_port: int) -> None:
    folders = _prepare(options, rpc_port, p2p_port)
    with _stop_signals() as stopped, _processes(folders, options.engine) as processes:
        if options.until_stdin_closes:
            Thread(target=_stop_with_stdin, args=(stopped,), daemon=True).start()
        urls = [f"http://127.0.0.1:{rpc_port + index}" for index in range(len(folders))]
        _wait_until_listening(urls, processes, folders, stopped)
        if not stopped:
            if options.issue:
                issue_to_all(urls[0], folders[0].genesis().config.chain_id)
            _announce(options, urls, folders, processes)
        _wait_for_the_end(processes, folders, stopped)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other devnet runs in this folder meanwhile. Raises NetworkRuns, and BadFolder where no folder can be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise BadFolder(str(path), f"cannot be made: {error.strerror}") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NetworkRuns(str(path)) from None
        yield
    finally:
        os.close(held)


def _ports(asked: int | None, default: int, count: int, purpose: str) -> int:
    """The first of `count` free ports in a row. Raises PortTaken for one that was asked for by number."""
    if asked is not None:
        if not 0 < asked <= 65_536 - count:
            raise BadConfiguration(f"{purpose} port", f"is {asked}, but {count} validators need ports from there")
        for port in range(asked, asked + count):
            if not _is_free(port):
                raise PortTaken(port, purpose)
        return asked
    first = default
    while taken := next((port for port in range(first, first + count) if not _is_free(port)), None):
        _talk(f"Port {taken} ({purpose}) is taken; trying from {taken + 1} on.")
        first = taken + 1
        if first + count > 65_536:
            raise PortTaken(taken, purpose)
    return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _prepare(options: DevnetOptions, rpc_port: int, p2p_port: int) -> list[NodeFolder]:
    network = NetworkOptions(
        validators=options.validators,
        chain_id=options.chain_id or DEVELOPMENT_CHAIN_ID,
        block_period_ms=options.block_period_ms,
        development=True,
        central_bank=None,
        hosts=("127.0.0.1",),
        p2p_port=p2p_port,
        rpc_port=rpc_port,
        timestamp=int(time.time()),
    )
    check_ports(network)
    if not (options.path / "genesis.json").exists():
        _talk(f"Making a network in {options.path}; validators: {options.validators}")
        return list(create_network(options.path, network, random_bytes=secrets.token_bytes).nodes)
    folders = _existing(options)
    identities = [folder.identity() for folder in folders]
    with _at_rest(folders):
        for index, folder in enumerate(folders):
            folder.config_path.write_text(render_config(node_config(network, index, identities)), encoding="utf-8")
    _talk(f"Resuming the network in {options.path}")
    return folders


def _existing(options: DevnetOptions) -> list[NodeFolder]:
    numbers = [path.name.removeprefix("node-") for path in options.path.glob("node-*")]
    paths = [options.path / f"node-{number}" for number in sorted(map(int, filter(str.isdecimal, numbers)))]
    if len(paths) != options.validators:
        raise BadConfiguration(
            "validators", f"is {options.validators}, but {options.path} holds a network of {len(paths)}"
        )
    folders = [NodeFolder(path) for path in paths]
    config = folders[0].genesis().config
    assert config.qbft is not None, "devnet makes no foreign genesis"
    if options.chain_id not in (None, config.chain_id):
        raise BadConfiguration("chain-id", f"is {options.chain_id}, but {options.path} holds chain {config.chain_id}")
    if options.block_period_ms != config.qbft.block_period_ms:
        raise BadConfiguration(
            "block-period-ms",
            f"is {options.block_period_ms}, but the network in {options.path} has {config.qbft.block_period_ms}: "
            "pass that, or choose another --data-dir",
        )
    return folders


@contextmanager
def _at_rest(folders: Sequence[NodeFolder]) -> Iterator[None]:
    """None of these validators runs, nor can start meanwhile. Raises NetworkRuns, such as for one started by hand."""
    with ExitStack() as held:
        for folder in folders:
            try:
                lock = FileLock(f"{folder.sign_state_path}.lock", str(folder.path))
            except InUse:
                raise NetworkRuns(str(folder.path)) from None
            held.callback(lock.release)
        yield


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that is empty until a stop is asked for. A second signal changes nothing: stopping is under way."""
    stopped: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, lambda received, frame: stopped.append(received))
    try:
        yield stopped
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _stop_with_stdin(stopped: list[int]) -> None:
    while os.read(0, 1024):
        pass
    stopped.append(signal.SIGHUP)


@contextmanager
def _processes(folders: Sequence[NodeFolder], engine: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """One process a validator, each in a session of its own: Ctrl-C reaches us, and we tell them."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for folder in folders:
            with (folder.path / "node.log").open("ab") as log:
                command = [sys.executable, "-m", "node", "run", "--data-dir", str(folder.path), "--engine", engine]
                command.append("--until-stdin-closes")  # they stop even where we are killed with -9
                processes.append(
                    subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
                )
            (folder.path / "node.pid").write_text(f"{processes[-1].pid}\n", encoding="ascii")
        yield processes
    finally:
        _stop(processes)
        for folder in folders:
            (folder.path / "node.pid").unlink(missing_ok=True)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_LIMIT_S
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_listening(
    urls: Sequence[str], processes: Sequence[subprocess.Popen[bytes]], folders: Sequence[NodeFolder], stopped: list[int]
) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    waiting = dict(zip(urls, processes, strict=True))
    while waiting and not stopped:
        _check_alive(processes, folders)
        waiting = {url: process for url, process in waiting.items() if not _answers(url, process.pid)}
        if time.monotonic() > deadline:
            raise ValidatorStopped(
                f"nothing answers at {min(waiting)} after {START_LIMIT_S:.0f} s: see the node.log files"
            )
        time.sleep(0.05)


def _answers(url: str, pid: int) -> bool:
    """Whether it is our own process that does: another network may have taken the port since we looked."""
    request = {"jsonrpc": "2.0", "id": 1, "method": "qbft_status", "params": []}
    try:
        answer = httpx.post(url, json=request, timeout=1, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    result = answer.get("result") if isinstance(answer, dict) else None
    return isinstance(result, dict) and result.get("pid") == pid


def _check_alive(processes: Sequence[subprocess.Popen[bytes]], folders: Sequence[NodeFolder]) -> None:
    for process, folder in zip(processes, folders, strict=True):
        if process.poll() is not None and process.returncode != -signal.SIGKILL:
            log = (folder.path / "node.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = log[-1] if log else "it wrote no log"
            raise ValidatorStopped(f"the validator in {folder.path} stopped with code {process.returncode}: {last}")


def _wait_for_the_end(
    processes: Sequence[subprocess.Popen[bytes]], folders: Sequence[NodeFolder], stopped: list[int]
) -> None:
    """A validator killed with -9 is somebody's experiment and leaves the others running."""
    killed: set[Path] = set()
    while not stopped:
        _check_alive(processes, folders)
        for process, folder in zip(processes, folders, strict=True):
            if process.returncode is not None and folder.path not in killed:
                killed.add(folder.path)
                _talk(f"{folder.path.name} was killed. To have it back: jiaozi-node run --data-dir {folder.path}")
        time.sleep(0.1)


def _announce(
    options: DevnetOptions,
    urls: Sequence[str],
    folders: Sequence[NodeFolder],
    processes: Sequence[subprocess.Popen[bytes]],
) -> None:
    keys = development_keys()
    description: dict[str, Any] = {
        "chainId": folders[0].genesis().config.chain_id,
        "rpc": list(urls),
        "validators": [
            {"dataDir": str(folder.path), "pid": process.pid, "rpc": url, "validator": _address(folder)}
            for folder, process, url in zip(folders, processes, urls, strict=True)
        ],
        "contracts": {
            name: to_checksum_address(address)
            for name, address in (
                ("ecash", ECASH),
                ("policy", POLICY),
                ("directory", DIRECTORY),
                ("escrow", ESCROW),
                ("validators", VALIDATORS),
            )
        },
        "mnemonic": DEVELOPMENT_MNEMONIC,
        "accounts": [
            {"address": to_checksum_address(key.address), "privateKey": "0x" + key.secret.hex()} for key in keys
        ],
    }
    if options.as_json:
        print(json.dumps(description), flush=True)
    else:
        print(_words(description), flush=True)


def _address(folder: NodeFolder) -> str:
    key = folder.validator_key()
    assert key is not None, "devnet makes validators"
    return "0x" + key.address.hex()


def _words(description: dict[str, Any]) -> str:
    lines = ["", f"Jiaozi development network, chain id {description['chainId']}", ""]
    for entry in description["validators"]:
        lines += [f"  JSON-RPC   {entry['rpc']}   validator {entry['validator']}   {entry['dataDir']}"]
    if description["rpc"][0] != f"http://127.0.0.1:{DEFAULT_RPC_PORT}":
        lines += ["", f"  for the other commands:  export JIAOZI_RPC={description['rpc'][0]}"]
    lines += [""] + [f"  {name:<10} {address}" for name, address in description["contracts"].items()]
    lines += ["", f"  accounts from: {description['mnemonic']}  (m/44'/60'/0'/0/i)"]
    lines += [
        "  Everybody knows these keys. 0 is the central bank, 1 and 2 are commercial banks; the others",
        "  have e-cash, unless --no-issue was given.",
        "",
    ]
    lines += [
        f"  {index:>2}  {account['address']}  {account['privateKey']}"
        for index, account in enumerate(description["accounts"])
    ]
    lines += ["", "Ctrl-C stops it.", ""]
    return "\n".join(lines)


def _talk(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
