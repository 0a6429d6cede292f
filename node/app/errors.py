"""What keeps a node from starting; each message says what to do.

AppError
 ├── BadConfiguration     a key of node.toml or a flag
 ├── BadFolder            a data folder that lacks something, or has something already
 ├── NetworkRuns          a development network, or one of its validators, runs in that folder
 └── PortTaken            another program listens there
"""

from dataclasses import dataclass


class AppError(Exception):
    pass


@dataclass
class BadConfiguration(AppError):
    key: str
    problem: str

    def __str__(self) -> str:
        return f"configuration: {self.key} {self.problem}"


@dataclass
class BadFolder(AppError):
    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass
class NetworkRuns(AppError):
    path: str

    def __str__(self) -> str:
        return f"{self.path}: what is here runs already; stop it first, or choose another --data-dir"


@dataclass
class PortTaken(AppError):
    port: int
    purpose: str

    def __str__(self) -> str:
        return f"port {self.port} ({self.purpose}) is taken by another program: free it, or choose another port"
