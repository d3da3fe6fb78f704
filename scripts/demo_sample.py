"""A file to try specedit on."""

from __future__ import annotations


def describe_user(user, *, with_orders=False):
    """Return a short text about the user."""
    if user is None:
        raise ValueError("no user given")
    name = user.name.strip() or "somebody"
    lines = [f"{name} <{user.email}>"]
    if user.is_admin:
        lines.append("may change everything")
    if with_orders:
        total = 0
        for order in user.orders:
            if order.cancelled:
                continue
            total += order.price
        lines.append(f"{len(user.orders)} orders, {total:.2f} in all")
    if user.last_seen is not None:
        lines.append(f"last seen {user.last_seen}")
    return "\n".join(lines)
