"""The boto3 catalogue: operations and input shapes of SageMaker and the services around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from sagegreen.sagemaker.catalogue.stored import read_stored


class _Members(Mapping[str, "Shape"]):
    """Members of a structure; a shape is built when it is asked for, since shapes may contain themselves."""

    def __init__(self, owner: "_Service", references: Mapping[str, str]) -> None:
        self._owner = owner
        self._references = references

    def __getitem__(self, name: str) -> "Shape":
        return self._owner.shape(self._references[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)


@dataclass(frozen=True)
class Shape:
    """One input value: ``kind`` is botocore's type (structure, list, map, string, integer, boolean, timestamp ...).

    ``name`` is the shape's name in the service model, "" for plain scalars. ``members`` and ``required`` belong to
    structures, ``element`` is what a list holds or the values of a map, ``values`` the enumeration of a string
    (botocore does not enforce it).
    """

    name: str
    kind: str
    members: Mapping[str, "Shape"] = field(repr=False, compare=False)
    required: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    _owner: "_Service | None" = field(default=None, repr=False, compare=False)
    _element: str | None = field(default=None, repr=False)

    @property
    def element(self) -> "Shape | None":
        """What a list holds or what a map's values are."""
        return None if self._owner is None or self._element is None else self._owner.shape(self._element)


@dataclass(frozen=True)
class Operation:
    """One API operation. ``input`` is None where it takes none or the catalogue does not keep it (``input_known``)."""

    name: str
    python_name: str
    input: Shape | None
    input_known: bool


class _Service:
    def __init__(self, shapes: Mapping[str, Any], enumerations: Mapping[str, list[str]]) -> None:
        self._shapes = shapes
        self._enumerations = enumerations
        self._built: dict[str, Shape] = {}

    def shape(self, reference: str) -> Shape:
        if reference not in self._built:
            self._built[reference] = self._build(reference)
        return self._built[reference]

    def _build(self, reference: str) -> Shape:
        kind, _, enumeration = reference.partition(":")
        if enumeration:
            return Shape(enumeration, kind, {}, values=frozenset(self._enumerations[enumeration]))
        entry = self._shapes.get(reference)
        if entry is None:
            return Shape("", kind, {})
        if "members" in entry:
            members = _Members(self, entry["members"])
            return Shape(reference, "structure", members, frozenset(entry.get("required", ())), _owner=self)
        kind = "list" if "list" in entry else "map"
        return Shape(reference, kind, {}, _owner=self, _element=entry[kind])


class Boto3Catalogue:
    """Operations by service and python method name. Source: botocore's service models of ``version``."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._services: dict[str, _Service] = {}
        self.version: str = data["versions"][-1]

    @cached_property
    def services(self) -> frozenset[str]:
        """Names as given to ``boto3.client``."""
        return frozenset(self._data["operations"])

    def is_operation(self, service: str, method: str) -> bool:
        """Whether ``boto3.client(service).method`` is an API operation."""
        return method in self._data["operations"].get(service, {})

    def operations(self, service: str) -> frozenset[str]:
        """Python names of all operations of the service; empty for services not catalogued."""
        return frozenset(self._data["operations"].get(service, {}))

    def operation(self, service: str, method: str) -> Operation | None:
        """The operation behind ``boto3.client(service).method``, e.g. ``create_training_job``."""
        entry = self._data["operations"].get(service, {}).get(method)
        if entry is None:
            return None
        reference = entry[1] if len(entry) > 1 else None
        shape = None if reference is None else self._service(service).shape(reference)
        return Operation(entry[0], method, shape, input_known=len(entry) > 1)

    def enumeration(self, shape_name: str, service: str = "sagemaker") -> frozenset[str]:
        """Values of a string enumeration such as ``TargetDevice``.

        Raises:
            LookupError: the catalogue has no such enumeration.
        """
        return frozenset(self._data["enumerations"][service][shape_name])

    def instance_types(self, shape_name: str) -> frozenset[str]:
        """The ``ml.*`` names one API accepts, by shape: ``TrainingInstanceType``, ``ProductionVariantInstanceType`` ...

        Raises:
            LookupError: the catalogue has no such enumeration.
        """
        return frozenset(name for name in self.enumeration(shape_name) if name.startswith("ml."))

    @cached_property
    def regions(self) -> Mapping[str, frozenset[str]]:
        """Regions with SageMaker, by partition (``aws``, ``aws-cn``, ``aws-us-gov`` ...)."""
        return {partition: frozenset(names) for partition, names in self._data["regions"].items()}

    def transfer(self, owner: str, method: str) -> tuple[str, ...] | None:
        """The parameters of one of the transfer methods that boto3 adds to S3's interfaces, in their order.

        Args:
            owner: ``client``, ``Bucket`` or ``Object``.
            method: such as ``upload_file``.
        """
        found = self._data["transfers"].get(owner, {}).get(method)
        return None if found is None else tuple(found)

    def _service(self, name: str) -> _Service:
        if name not in self._services:
            self._services[name] = _Service(self._data["shapes"][name], self._data["enumerations"][name])
        return self._services[name]


@cache
def load_boto3() -> Boto3Catalogue:
    """The one boto3 catalogue."""
    return Boto3Catalogue(read_stored("boto3"))
