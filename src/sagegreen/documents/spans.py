"""Where the nodes of a tree that LibCST's parser made stand, at the cost of generating its code once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    import libcst

Regions = dict[int, tuple[int, int]]


def regions_of(node: libcst.CSTNode, newline: str) -> tuple[Regions, Regions]:
    """The places of a node and of all below it in the code that the node alone generates.

    Returns:
        By identity, those without the white space and parentheses around the nodes (of all that can have some), and
        those with them.
    """
    state = _SpanState(default_indent=" " * 4, default_newline=newline)
    node._codegen(state)  # noqa: SLF001 (LibCST's own position providers call it, too)
    return state.inner, state.outer


@dataclass(frozen=True, eq=False)
class GeneratedTree:
    """A module as LibCST's parser read it; its code is generated when the first place is asked for.

    Attributes:
        module: the root, with the text between its nodes.
        text: what was parsed.
    """

    module: libcst.Module
    text: str

    def span(self, node: libcst.CSTNode) -> tuple[int, int]:
        """Where a node starts and ends in the text, white space and parentheses around it left out.

        Raises:
            KeyError: the node is not part of the tree.
        """
        inner, outer = self._regions
        return inner.get(id(node)) or outer[id(node)]

    def outer_span(self, node: libcst.CSTNode) -> tuple[int, int]:
        """Where a node starts and ends in the text together with its own parentheses.

        Raises:
            KeyError: the node is not part of the tree.
        """
        return self._regions[1][id(node)] if getattr(node, "lpar", ()) else self.span(node)

    @cached_property
    def _regions(self) -> tuple[Regions, Regions]:
        state = _SpanState(default_indent=self.module.default_indent, default_newline=self.module.default_newline)
        self.module._codegen(state)  # noqa: SLF001 (LibCST's own position providers call it, too)
        generated = "".join(state.tokens)
        if not self.text.startswith(generated):
            origins = _origins(generated, self.text)
            return _realigned(state.inner, origins), _realigned(state.outer, origins)
        return state.inner, state.outer


class _SpanState(CodegenState):
    """LibCST's code generation, counting characters: where each node starts and ends.

    The positions are those of libcst.metadata.ByteSpanPositionProvider, in characters, at the cost of generating the
    code. A provider would first copy the whole tree.
    """

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent=default_indent, default_newline=default_newline)
        self.position = 0
        self.inner: dict[int, tuple[int, int]] = {}
        self.outer: dict[int, tuple[int, int]] = {}
        self._starts: list[int] = []

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.position += len(value)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.tokens.append(token)
            self.position += len(token)

    def before_codegen(self, node: libcst.CSTNode) -> None:  # noqa: ARG002
        self._starts.append(self.position)

    def after_codegen(self, node: libcst.CSTNode) -> None:
        self.outer[id(node)] = (self._starts.pop(), self.position)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.position -= len(self.tokens.pop())

    def record_syntactic_position(  # type: ignore[override]  # a context manager as well, without the generator
        self, node: libcst.CSTNode, *, start_node: libcst.CSTNode | None = None, end_node: libcst.CSTNode | None = None
    ) -> _Recorder:
        return _Recorder(self, node, start_node, end_node)

    def place(self, node: libcst.CSTNode) -> tuple[int, int]:
        return self.inner.get(id(node)) or self.outer[id(node)]


class _Recorder:
    """Notes a node's place when the code between its parentheses has been generated; leaner than a generator."""

    __slots__ = ("end_node", "node", "start", "start_node", "state")

    def __init__(
        self,
        state: _SpanState,
        node: libcst.CSTNode,
        start_node: libcst.CSTNode | None,
        end_node: libcst.CSTNode | None,
    ) -> None:
        self.state = state
        self.node = node
        self.start_node = start_node
        self.end_node = end_node

    def __enter__(self) -> None:
        self.start = self.state.position

    def __exit__(self, *exception: object) -> None:
        state = self.state
        if exception[0] is not None:
            return
        start = self.start if self.start_node is None else state.place(self.start_node)[0]
        end = state.position if self.end_node is None else state.place(self.end_node)[1]
        state.inner[id(self.node)] = (start, end)


def _realigned(spans: dict[int, tuple[int, int]], places: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """Convert places in the generated text to places in the parsed one."""
    last = len(places) - 1
    return {
        node: (places[min(start, last)], places[min(end, last) - 1] + 1 if end > start else places[min(start, last)])
        for node, (start, end) in spans.items()
    }


def _origins(generated: str, text: str) -> tuple[int, ...]:
    """Find for each generated character, and the end, where it stands in the text.

    LibCST drops a few characters that mean nothing: a byte order mark, a line joined to nothing at the top.
    What it generates is the text without them.
    """
    origins = []
    place = 0
    for character in generated:
        found = text.find(character, place)
        origins.append(place if found < 0 else found)
        place = origins[-1] + 1
    return (*origins, len(text))
