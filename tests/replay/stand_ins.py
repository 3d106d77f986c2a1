"""Stand-ins for libraries that programs import beside the SDK and that are too large to install for a replay.

Nothing that they compute reaches a request; where it would, the program says ``# replay: skip``.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Machine learning libraries as training scripts import them; installed ones are never replaced.
LIBRARIES = frozenset(
    {
        "accelerate", "awswrangler", "datasets", "deepspeed", "diffusers", "evaluate", "hyperopt", "joblib", "keras",
        "keras_tuner", "kerastuner", "lightgbm", "lightning", "matplotlib", "mlflow", "mxnet", "onnx", "onnxruntime",
        "optuna", "optimum", "peft", "pyspark", "pytorch_lightning", "ray", "scipy", "seaborn", "sentence_transformers", "sklearn", "smdebug",
        "smdistributed", "tensorboardX", "tensorflow", "tf_keras", "timm", "torch", "torchaudio", "torchvision", "tqdm",
        "transformers", "trl", "wandb", "xgboost",
    }
)  # fmt: skip


class Anything:
    """Has every attribute, takes every argument, is empty, and compares false."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        del arguments, named

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], types.FunctionType) else Anything()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        del bases
        return (Anything,)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __float__(self) -> float:
        return 0.5

    def __int__(self) -> int:
        return 1

    def __index__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "anything"

    def __format__(self, specification: str) -> str:
        del specification
        return "anything"

    def __contains__(self, item: object) -> bool:
        return False

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


def _more(self: Anything, *others: Any) -> Anything:
    del self, others
    return Anything()


def _no(self: Anything, other: Any) -> bool:
    del self, other
    return False


for _operator in [
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "rtruediv",
    "floordiv",
    "pow",
    "mod",
    "neg",
    "matmul",
    "rmatmul",
    "getitem",
]:
    setattr(Anything, f"__{_operator}__", _more)
for _operator in ["lt", "le", "gt", "ge"]:
    setattr(Anything, f"__{_operator}__", _no)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module of the libraries; to be asked last."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The stand-in's specification."""
        del path, target
        if fullname.partition(".")[0] not in LIBRARIES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """A module with every attribute."""
        module = types.ModuleType(spec.name)
        module.__dict__["__getattr__"] = lambda name: _attribute(spec.name, name)
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing runs."""


def _attribute(module: str, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return sys.modules.get(f"{module}.{name}") or Anything()
