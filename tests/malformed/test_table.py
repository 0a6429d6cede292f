"""Every row of the table gets exactly its words, and changes nothing.

`pytest -s -k counted tests/malformed` prints how many rows each surface has.
"""

from collections import Counter

import pytest

from tests.malformed.material import block, certificate
from tests.malformed.surfaces import Bench, Row, Surface, refusal
from tests.malformed.table import ROWS


def test_the_table_is_counted_by_surface() -> None:
    counts = Counter(row.surface for row in ROWS)
    print("\n" + "\n".join(f"{counts[surface]:>4}  {surface.value}" for surface in Surface))
    print(f"{len(ROWS):>4}  in all")
    assert len({(row.surface, row.name) for row in ROWS}) == len(ROWS) >= 60
    assert set(counts) == set(Surface), "every surface has rows"
    assert all(row.error for row in ROWS), "nothing malformed goes without a word"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.surface.value}: {row.name}".replace(" ", "-"))
def test_what_is_malformed_gets_its_words_and_changes_nothing(bench: Bench, row: Row) -> None:
    before = bench.books()
    told = refusal(bench, row)
    if row.error.endswith(": "):
        assert told.startswith(row.error)
    else:
        assert told == row.error
    assert bench.books() == before


def test_after_the_whole_table_good_things_still_pass(bench: Bench) -> None:
    """Run last of the module: the same surfaces take what is right."""
    for row in ROWS:
        refusal(bench, row)
    bench.node.chain.import_block(block(1), certificate(1))
    bench.node.upon_news()
    assert bench.node.head == 1 and bench.node.ledger.validator.qbft.height.number == 2
    assert bench.client.result("eth_chainId") == "0x7"
