"""Blocks of code in every language that edits are made in."""

from __future__ import annotations

import argparse
import configparser
import re
from pathlib import Path

import pytest

from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.corpus.python_blocks import extract_python
from specedit_lsp.training.edits.names import find_names, is_renamable
from specedit_lsp.training.edits.pools import Pools

PYTHON = '''
import sys
import os
import json
from pathlib import Path
===
def load_table(path: Path, limit: int = 100, strict: bool = False) -> list[str]:
    """Read the rows of a table."""
    # skip the header
    rows = path.read_text().split("\\n")[1:]
    if strict and not rows:
        raise ValueError("no rows in %s" % path)
    names = ["delta", "alpha", "beta"]
    for row in rows:
        print("row", row)
        names.append(row.strip())
    print("%s rows from %s" % (len(rows), path))
    return names[:limit]
===
def fetch_all(client, urls, timeout=30):
    results = []
    for url in urls:
        response = client.get(url, timeout=timeout)
        message = "fetched {} with {}".format(url, response.status)
        results.append((url, message))
    return results
===
class Counter(Base):
    """Counts words."""

    def __init__(self, words, maxSize=10):
        self.words = words
        self.max_size = maxSize

    @property
    def total(self) -> int:
        return sum(len(word) for word in self.words)
'''

JAVASCRIPT = """
function sumPrices(items, taxRate = 0.2) {
  // prices are in cents
  let total = 0;
  for (const item of items) {
    if (item.price > 100) {
      total += item.price * item.count;
    }
  }
  console.log("total", total);
  const label = 'total: ' + total + ' cents';
  return { total, label };
}
===
async function loadUser(userId) {
  const response = await fetch('/users/' + userId);
  if (response.status === 404) {
    return null;
  }
  const data = response.json();
  return data;
}
===
import z from './zeta';
import a from './alpha';
import m from './mu';

const colors = ['red', 'green', 'blue'];
let timeout = 3000;
const first = pick(colors);
===
function describe(user) {
  const title = formatTitle(user.name);

  show(render(user, title));
  return title;
}
"""

TYPESCRIPT = """
export function findUser(users: User[], name: string, limit = 5): User | undefined {
  // linear search
  const found = users.filter((user) => user.name === name);
  console.log('found', found.length);
  if (found.length > limit) {
    throw new Error("too many users");
  }
  return found[0];
}
===
class Store {
  private items: string[] = [];

  add(item: string): void {
    this.items.push(item);
  }

  count(): number {
    return this.items.length;
  }
}
===
function joinNames(first, last, separator = ' ') {
  const joined = first + separator + last;
  return joined;
}
===
import { b } from './b';
import { a } from './a';
import { c } from './c';

const sizes = ['large', 'small', 'medium'];
const label = 'size: ' + sizes[0];
===
function greet(user: User) {
  const text = `hello ${user.name}!`;

  show(render(user, text));
  return text;
}
"""

C = """
static int count_words(const char *text, int limit)
{
    int count = 0;
    while (*text) {
        /* skip blanks in text */
        if (*text == ' ')
            count += 1;
        text++;
    }
    printf("%d words\\n", count);
    log_text("count of words");
    return count < limit ? count : limit;
}
===
int read_byte(struct buffer *buf, int offset) {
    int value;
    if (offset >= buf->size) {
        return -1;
    }
    value = buf->data[offset];
    buf->position = offset + 1;
    return value;
}
===
#include "table.h"
#include <string.h>
#include "alpha.h"

static int table_size = 512;
===
if (table->fill > 90) {
    grow_table(table, 4096);

    rehash(table);
}
"""

CPP = """
bool contains(const std::vector<int>& values, int wanted) {
  // linear search
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == wanted) {
      return true;
    }
  }
  std::cout << "not found" << std::endl;
  return false;
}
===
class Timer {
 public:
  explicit Timer(int seconds = 60) : seconds_(seconds) {}
  int remaining() const { return seconds_ - elapsed_; }

 private:
  int seconds_;
  int elapsed_ = 0;
};
===
void set_limit(Config& config, int limit, bool strict = true) {
  config.limit = limit;
  config.strict = strict;
  notify(config, "limit changed");
}
===
#include <vector>
#include <algorithm>
#include "model.h"

auto answer = combine(first, measure(second));
store(fetch(answer));
"""

GO = """
func (s *Server) handle(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("id")
	if id == "" {
		return errors.New("no id")
	}
	// look up the user
	user, err := s.store.Find(id)
	if err != nil {
		return err
	}
	fmt.Println("found", user.Name)
	return json.NewEncoder(w).Encode(user)
}
===
func sum(values []int, limit int) int {
	total := 0
	for _, value := range values {
		if value > limit {
			continue
		}
		total += value
	}
	return total
}
===
maxRetries := config.Limit(5)

userName := lookUp(maxRetries)
log.Println(userName, maxRetries)
"""

RUST = """
pub fn parse_line(line: &str, limit: usize) -> Option<u32> {
    // leading blanks of the line do not count
    let trimmed = line.trim();
    if trimmed.len() > limit {
        return None;
    }
    println!("parsing {}", trimmed);
    trace("one line");
    let value = trimmed.parse::<u32>().ok()?;
    Some(value + 1)
}
===
struct Buffer {
    data: Vec<u8>,
    position: usize,
}
===
fn advance(buffer: &mut Buffer, count: usize) {
    buffer.position += count;
    if buffer.position == 64 {
        buffer.position = 0;
    }
    buffer.refill();
}
===
use std::path::Path;
use std::fmt;
use std::io;

let size = measure(parse(text));
store(compress(size));
"""

JAVA = """
public int countItems(List<String> items, int limit) {
    int count = 0;
    // only long items count
    for (String item : items) {
        if (item.length() > 10) {
            count += 1;
        }
    }
    System.out.println("items " + count);
    return Math.min(count, limit);
}
===
@Override
protected void onStart(Context context) {
    super.onStart(context);
    String name = context.getName();
    this.logger.info("started");
    this.running = true;
}
===
import java.util.List;
import java.io.File;
import java.util.Map;

Map<String, File> files = index(listFiles(root));
"""

SHELL = """
build_image() {
  local tag="$1"
  if [ -z "$tag" ]; then
    echo "no tag"
    return 1
  fi
  # build and push
  docker build -t "app:$tag" .
  docker push "app:$tag"
}
===
for file in *.txt; do
  count=$(wc -l < "$file")
  if [ "$count" -gt 100 ]; then
    echo "$file"
    rm "$file"
  fi
done
===
export PATH="/opt/bin:$PATH"

start_server "$port"
"""

CSS = """
.card-title {
  color: #333;
  display: block;
  margin: 0 auto;
  /* keep color in sync with card-title */
  content: "read more";
  padding: 12px;
}
===
@media (max-width: 600px) {
  .nav-item {
    float: left;
    width: 50%;
  }
  #main-menu {
    font-weight: bold;
  }
}
===
.btn-primary {
  color: white;
}

.btn-large .btn-icon {
  width: 3rem;
}
"""

HTML = """
<ul class="menu" id="main-menu">
  <!-- the first is the start page -->
  <li class="menu-item"><a href="/">Home</a></li>
  <li class="menu-item"><a href="/about" title="About us">About</a></li>
  <li>Contact</li>
  <li>Open 24 hours</li>
</ul>
===
<form action="/login" method="post">
  <input type="text" name="user" />
  <input type="password" name="secret" />
  <button type="submit" class="btn">Log in</button>
</form>
===
<div class="page-header" id="top">
  <h1 class="title">Hello</h1>

  <p class="lead">Welcome</p>
</div>
"""

SAMPLES = {
    "python": PYTHON,
    "javascript": JAVASCRIPT,
    "typescript": TYPESCRIPT,
    "c": C,
    "cpp": CPP,
    "go": GO,
    "rust": RUST,
    "java": JAVA,
    "shell": SHELL,
    "css": CSS,
    "html": HTML,
}


def cut_samples() -> list[Block]:
    """The samples as blocks, each name in them a variable unless it is called or written like a class."""
    blocks = []
    for language, samples in SAMPLES.items():
        for text in samples.strip("\n").split("\n===\n"):
            roles = {}
            for name in sorted(find_names(text, language)):
                if is_renamable(name, language):
                    role = "function" if re.search(rf"\b{re.escape(name)}\(", text) else "variable"
                    roles[name] = "class" if name[0].isupper() else role
            blocks.append(Block("samples", language, text, roles))
    return blocks


@pytest.fixture(scope="session")
def pools() -> Pools:
    """Two modules that every Python has, and a few pieces in each language."""
    modules = (argparse, configparser)
    blocks = [
        block
        for module in modules
        for block in extract_python(module.__name__, Path(str(module.__file__)).read_bytes())
    ]
    return Pools([*blocks, *cut_samples()])
