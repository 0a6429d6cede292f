"""`python -m tests.scenarios.rewrite FILE...`: write into transcripts what really happens. Read the difference."""

import sys
from pathlib import Path

from tests.scenarios.transcript import play

if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(play(Path(name)))
