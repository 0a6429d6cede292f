"""`python -m node` is `jiaozi-node`."""

import sys

from node.cli import main

sys.exit(main())
