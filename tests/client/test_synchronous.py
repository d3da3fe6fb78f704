"""One rewrite without ``async``."""

from specedit_lsp.client import rewrite_text
from tests.conftest import FUNCTION, RENAME


def test_the_whole_text_comes_back() -> None:
    text = rewrite_text(f"import os\n{FUNCTION}", RENAME, lines=(2, 10), language="python")
    assert text.startswith("import os\ndef total_price")
    assert "total = 0" in text
