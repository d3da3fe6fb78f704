"""Which block a line is in, in several languages."""

from __future__ import annotations

import pytest

from specedit_lsp.rewriting.blocks import Block, find_enclosing_block
from specedit_lsp.text.lines import Lines

PYTHON = """\
import os

limit = 3

@cached
def find(
    user,
    place,
) -> None:
    names = {
        "a": 1,
    }

    for name in names:
        if name:
            print(name)
        else:
            pass
    return user


class Shop:
    open = True

    def sell(self):
        return 1

for each in names:
    print(each)
else:
    print()
"""
FIND, SELL, SHOP, LOOP = (5, 19), (25, 26), (22, 26), (28, 31)

TYPESCRIPT = """\
const limit = 3;

export function find(user: User): Name {
  if (user) {
    return user.name;
  } else {
    return "";
  }
}

class Shop {
  sell(count: number) {
    for (const each of this.items) {
      each.sell(count);
    }
  }
}
"""

C_IN_ALLMAN_STYLE = """\
#include <stdio.h>

int main(void)
{
\tif (1)
\t{
\t\tputs("a");
\t}
\treturn 0;
}

int other(void)
{
\treturn 1;
}
"""

RUBY = """\
module Shop
  def sell(count)
    items.each do |item|
      item.sell
    end
  end
end
"""


def block_of(text: str, line: int) -> tuple[int, int]:
    """The first and last line of the block that a line is in, all counted from 1."""
    block = find_enclosing_block(Lines(text), line - 1)
    return block.first + 1, block.last + 1


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (PYTHON, {1: (1, 1), 2: (2, 2), 3: (3, 3), 24: SHOP, 22: SHOP}),
        (PYTHON, dict.fromkeys([5, 6, 7, 9, 13, 14, 16, 17, 18, 19], FIND)),
        (PYTHON, dict.fromkeys([25, 26], SELL)),
        (PYTHON, {23: SHOP, 28: (28, 31), 29: LOOP, 31: LOOP}),
        (TYPESCRIPT, {1: (1, 1), **dict.fromkeys([3, 4, 5, 6, 7, 8, 9], (3, 9))}),
        (TYPESCRIPT, {11: (11, 17), **dict.fromkeys([12, 13, 14, 15, 16], (12, 16)), 17: (11, 17)}),
        (C_IN_ALLMAN_STYLE, {1: (1, 1), **dict.fromkeys([3, 4, 5, 6, 7, 8, 9, 10], (3, 10)), 14: (12, 15)}),
        (RUBY, {1: (1, 7), 7: (1, 7), 2: (2, 6), 6: (2, 6)}),
    ],
)
def test_the_function_around_a_line_is_found(text: str, blocks: dict[int, tuple[int, int]]) -> None:
    assert {line: block_of(text, line) for line in blocks} == blocks


@pytest.mark.parametrize("text", ["", "\n", "  \n\n", "}\n", "    deep\nshallow\n", "a:\n", "@x\n"])
def test_what_has_no_block_is_a_line(text: str) -> None:
    lines = Lines(text)
    for number in range(lines.count):
        assert find_enclosing_block(lines, number) == Block(number, number)
