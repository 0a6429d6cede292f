"""For all tests: where a tool or a vector is missing a test skips and says so, but never in continuous integration."""

import logging
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.contracts import tally

_tallied: list[tuple[str, int, int]] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a skip is a failure: what is skipped there is proven nowhere."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
    return report


LONG_TIMEOUT_S = 3_600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes by design is not ended by the limit of what takes seconds."""
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_S))


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A node that a test runs in this process sets up logging as in its own; the next test finds it as it was."""
    loggers = [logging.getLogger(name) for name in (None, "node", "jiaozi")]
    before = [(logger, logger.level, [*logger.handlers]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker process hands over what its contract machines did."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tallied"] = tally.as_rows()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _tallied.extend(tuple(row) for row in getattr(node, "workeroutput", {}).get("tallied", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [*_tallied, *tally.as_rows()]
    if rows:
        terminalreporter.write_line(tally.summary(rows))
    for report in terminalreporter.getreports("passed"):
        for name, measured in report.user_properties:
            terminalreporter.write_line(f"{name}: {measured}")
