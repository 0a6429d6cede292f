"""The README's shell blocks, run as a reader would run them, in one shell, in a copy of the checkout."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_first_screen_exist() -> None:
    commands = re.findall(r"^\$ (\S+)", "".join(blocks("console")), re.MULTILINE)
    assert commands == ["scripts/demo", "scripts/test"]
    assert all(os.access(ROOT / command, os.X_OK) for command in commands)


@pytest.mark.timeout(300)
def test_the_shell_blocks_do_what_they_say(tmp_path: Path) -> None:
    checkout = tmp_path / "jiaozi"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".*", "__pycache__", "node_modules", "*.egg-info"))
    _lend_environment(checkout)
    script = "\n".join(blocks("sh"))
    if _taken(8545):  # somebody's node: the words then differ by a port
        script = "export JIAOZI_RPC=http://127.0.0.1:18545\n" + script.replace(" devnet ", " devnet --rpc-port 18545 ")
    code, said = _run(script, checkout)
    assert code == 0, said[-4000:]
    assert "25.00" in said and "500.00" in said and "100.00, held: 200.00" in said


def _lend_environment(checkout: Path) -> None:
    """A .venv that is ours by links, with the stamp that tells `scripts/setup` that nothing is left to do."""
    venv = checkout / ".venv"
    venv.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name != "jiaozi-setup.stamp":
            (venv / entry.name).symlink_to(entry)
    loader = SourceFileLoader("setup_script", str(checkout / "scripts" / "setup"))
    setup = module_from_spec(spec_from_loader("setup_script", loader))  # type: ignore[arg-type]  # a loader gives a spec
    loader.exec_module(setup)
    (venv / "jiaozi-setup.stamp").write_text(setup.fingerprint(), encoding="utf-8")


def _run(script: str, checkout: Path) -> tuple[int, str]:
    """Exit code and everything said. Every command must succeed; what it leaves running is ended with it."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    transcript = checkout / "transcript.txt"
    with transcript.open("w") as output:
        shell = subprocess.Popen(
            ["bash", "-e", "-x", "-c", script],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code = shell.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)
    return code, transcript.read_text(encoding="utf-8")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
