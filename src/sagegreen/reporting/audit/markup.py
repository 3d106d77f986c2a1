"""HTML and SVG elements whose texts and attributes are always escaped."""

from __future__ import annotations

from html import escape


class Markup(str):
    """A text that is markup already."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """An element.

    Args:
        tag: its name.
        *children: markup stays as it is, everything else becomes text; ``None`` is left out.
        **attributes: ``class_`` is ``class``, other underscores become hyphens; ``None`` is left out.
    """
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{words}>")
    return Markup(f"<{tag}{words}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Markup:
    """Several children after each other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(str(child), quote=False)
            for child in children
            if child is not None
        )
    )


_VOID = frozenset({"br", "hr", "meta", "wbr"})
