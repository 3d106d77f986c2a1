"""Which thing of which SDK generation an imported name is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sagegreen.sagemaker.catalogue import Catalogue, load

#: Catalogues in the order in which a name is looked up where nothing tells the generations apart.
_ORDER = ("v2", "v3", "v1")


class SdkName(NamedTuple):
    """A class, function or method of an SDK by its defining path, and the catalogue that knows it."""

    canonical: str
    catalogue: str

    @property
    def signatures(self) -> Catalogue:
        """The catalogue that knows it."""
        return load(self.catalogue)


@dataclass(frozen=True)
class Names:
    """Resolves imported names for one program.

    Attributes:
        prefer: the catalogue that wins where several generations know a name (``sagemaker.serve.ModelBuilder``).
    """

    prefer: str = "v2"
    _found: dict[str, SdkName | None] = field(default_factory=dict)

    def resolve(self, path: str) -> SdkName | None:
        """The SDK's thing of that dotted path, ``None`` where no SDK has it."""
        if not path.startswith(("sagemaker.", "sagemaker_core.")):
            return None
        if path not in self._found:
            self._found[path] = self._resolve(path)
        return self._found[path]

    def _resolve(self, path: str) -> SdkName | None:
        for catalogue in (self.prefer, *(name for name in _ORDER if name != self.prefer)):
            canonical = load(catalogue).canonical(path)
            if canonical is not None:
                return SdkName(canonical, catalogue)
        return None


def generations(path: str) -> frozenset[str]:
    """The generations (``v1``, ``v2``, ``v3``) that know a dotted path."""
    return frozenset(name for name in _ORDER if load(name).canonical(path) is not None)
