"""Elements of a page. Whatever text is put into one is escaped when it is written out."""

from __future__ import annotations

from xml.etree import ElementTree

from specedit_lsp.trace.visible import make_visible

Element = ElementTree.Element
Child = Element | str | None


def make_element(tag: str, *children: Child, **attributes: object) -> Element:
    """Return an element. ``data_n=1`` stands for the attribute ``data-n``, ``class_`` for ``class``.

    An attribute that is None or False is left out, one that is True has no value of its own.
    """
    element = Element(tag)
    for name, value in attributes.items():
        if value is not None and value is not False:
            element.set(name.rstrip("_").replace("_", "-"), "" if value is True else make_visible(str(value)))
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            text = make_visible(child)
            if last is None:
                element.text = (element.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        elif child is not None:
            element.append(child)
            last = child
    return element


def write_html(element: Element) -> str:
    """Return an element as HTML. What is inside `script` and `style` is written as it is."""
    return ElementTree.tostring(element, encoding="unicode", method="html")
