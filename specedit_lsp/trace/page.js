"use strict";
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const output = document.getElementById("output");
  const details = document.getElementById("details");
  const tokens = [...output.querySelectorAll(".t")];
  const bars = [...document.querySelectorAll("#bars > g")];
  const numbers = tokens.map((element) => Number(element.dataset.n));
  const byForward = bars.map(() => []);
  tokens.forEach((element, index) => byForward[forwardOf(index) - 1].push(element));
  let shown = 0;

  function forwardOf(index) {
    return data.tokens[numbers[index]][0];
  }

  /** A new element with text or other elements in it. */
  function make(tag, ...children) {
    const element = document.createElement(tag);
    element.append(...children);
    return element;
  }

  /** Text in which line ends and tabs can be seen, and spaces where there is nothing else. */
  function show(text) {
    const visible = text.replaceAll("\n", "↵").replaceAll("\t", "⇥");
    return visible.trim() ? visible : visible.replaceAll(" ", "␣");
  }

  function quote(text) {
    return make("code", show(text));
  }

  /** Marks a forward: its bar, and its tokens in the output. */
  function mark(forward) {
    if (forward === shown) return;
    for (const element of byForward[shown - 1] ?? []) element.classList.remove("same");
    for (const element of byForward[forward - 1]) element.classList.add("same");
    bars[shown - 1]?.classList.remove("chosen");
    bars[forward - 1].classList.add("chosen");
    shown = forward;
  }

  function describeForward(number) {
    const forward = data.forwards[number - 1];
    const parts = [make("p", `${forward.rows} rows` + (forward.runs > 1 ? ` in ${forward.runs} runs` : "") +
      `, ${forward.milliseconds} ms, drafting ${forward.drafting} ms`)];
    const list = make("ul");
    for (const branch of forward.branches) {
      const item = make("li", `${branch.source}: ${branch.agreed} of ${branch.tokens} right, evidence ${branch.evidence}`);
      if (branch.rest) item.append("; then ", quote(branch.rest));
      list.append(item);
    }
    parts.push(forward.branches.length ? list : make("p", "nothing was proposed"));
    if (forward.own !== null) parts.push(make("p", "The model itself wrote ", quote(forward.own)));
    return parts;
  }

  function showToken(index) {
    const [forward, source, id, text, evidence, margin] = data.tokens[numbers[index]];
    const facts = make("dl");
    const add = (name, value) => facts.append(make("dt", name), make("dd", String(value)));
    add("token", `${numbers[index] + 1} of ${data.tokens.length}, id ${id}`);
    add("source", source);
    if (evidence !== null) add("evidence", `tokens matched: ${evidence}`);
    if (margin !== null) add("margin", `${margin.toFixed(2)} logits`);
    details.replaceChildren(make("h3", quote(text)), facts, make("p", data.meanings[source] ?? ""),
      make("h3", `Forward ${forward} of ${bars.length}`), ...describeForward(forward));
    tokens[index].setAttribute("aria-label", `${show(text)}, ${source}, forward ${forward}`);
    output.querySelector(".chosen")?.classList.remove("chosen");
    tokens[index].classList.add("chosen");
    mark(forward);
  }

  function showForward(index) {
    details.replaceChildren(make("h3", `Forward ${index + 1} of ${bars.length}`), ...describeForward(index + 1));
    output.querySelector(".chosen")?.classList.remove("chosen");
    mark(index + 1);
  }

  /** Where a token begins: one that holds a line end is in two lines. */
  function place(index) {
    return tokens[index].getClientRects()[0] ?? tokens[index].getBoundingClientRect();
  }

  /** The token nearest below or above one: `step` is 1 or -1. */
  function findInNextLine(index, step) {
    const from = place(index);
    let best = index;
    let line;
    for (let next = index + step; tokens[next]; next += step) {
      const { top, left } = place(next);
      if (Math.abs(top - from.top) < 4) continue;
      line ??= top;
      if (Math.abs(top - line) > 4) break;
      if (best === index || Math.abs(left - from.left) < Math.abs(place(best).left - from.left)) best = next;
    }
    return best;
  }

  /** One of many is in the order of Tab; arrow keys move among them. */
  function rove(container, elements, choose, jump) {
    const numbered = new Map(elements.map((element, index) => [element, index]));
    const find = (element) => numbered.get(element.closest('[role="option"]'));
    function go(index) {
      const next = elements[Math.max(0, Math.min(index, elements.length - 1))];
      container.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    }
    const keys = {
      ArrowRight: (index) => index + 1,
      ArrowLeft: (index) => index - 1,
      ArrowDown: (index) => jump(index, 1),
      ArrowUp: (index) => jump(index, -1),
      Home: () => 0,
      End: () => elements.length - 1,
    };
    container.addEventListener("keydown", (event) => {
      const index = find(event.target);
      if (!(event.key in keys) || index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      go(keys[event.key](index));
    });
    for (const [kind, act] of [["focusin", choose], ["click", go], ["pointerover", choose]]) {
      container.addEventListener(kind, (event) => {
        const index = find(event.target);
        if (index !== undefined) act(index);
      });
    }
  }

  if (tokens.length) rove(output, tokens, showToken, findInNextLine);
  rove(document.getElementById("bars"), bars, showForward, (index, step) => index + 10 * step);

  for (const box of document.querySelectorAll("[data-marks]")) {
    box.addEventListener("change", () => output.classList.toggle(box.dataset.marks, box.checked));
  }
  const buttons = [...document.querySelectorAll("[data-source]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const only = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.source;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other.dataset.source === only));
      if (only) output.dataset.only = only;
      else delete output.dataset.only;
    });
  }
  details.append(make("p", "Point at a token or a bar, or walk among them with the arrow keys."));
}
