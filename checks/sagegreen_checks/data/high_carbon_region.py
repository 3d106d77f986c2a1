"""SG101: work in a Region whose electricity is carbon-intensive, though a cleaner one is under the same law."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.regions import greener, region
from sagegreen_checks.data.work_regions import work_regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.regions import Region

#: From this intensity on a grid counts as carbon-intensive, in grams of CO2 equivalent per kilowatt-hour.
HIGH = 400
_MOST = 3


class HighCarbonRegion(Check):
    """A Region with a carbon-intensive grid is written into the code, and the same jurisdiction has a cleaner one.

    ## What it does

    Reports a Region literal that decides where SageMaker runs jobs and endpoints: of a boto3 session that SageMaker
    is reached with, of a `sagemaker` client, of `create(region=...)` in version 3, or in `AWS_DEFAULT_REGION`. The
    Region's grid emits 400 g of CO2 equivalent per kWh or more, and a Region of the same jurisdiction with SageMaker
    emits at least 20 % less. Regions of other countries are named too, for who may use them; they alone are no reason
    for a finding.

    ## Why it wastes

    The same job causes emissions in proportion to its Region's grid: of all choices in a program this is the one with
    the largest factor. Values are yearly, location-based averages of Cloud Carbon Footprint and Ember, whose years the
    message names. That Amazon matches its use with renewable energy is a matter of purchases and does not change what
    the grid delivers. AWS recommends low-carbon Regions in the Guidance for Optimizing MLOps for Sustainability, where
    law and business allow.

    ## Example

    ```python
    import boto3
    import sagemaker
    from sagemaker.xgboost.estimator import XGBoost

    session = sagemaker.Session(boto_session=boto3.Session(region_name="us-east-2"))
    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.7-1",
        instance_count=1,
        instance_type="ml.m6i.xlarge",
        sagemaker_session=session,
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    import boto3
    import sagemaker
    from sagemaker.xgboost.estimator import XGBoost

    session = sagemaker.Session(boto_session=boto3.Session(region_name="us-west-2"))
    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.7-1",
        instance_count=1,
        instance_type="ml.m6i.xlarge",
        sagemaker_session=session,
    )
    estimator.fit("s3://amzn-s3-demo-bucket-in-us-west-2/train")
    ```

    ## Fix safety

    Only shown, never applied. Data, images, roles and endpoints live in a Region, and moving data costs energy, too.
    Data residency, latency, prices and the instance types on offer come first; ask before data leaves a jurisdiction.

    ## What it cannot see

    Regions from the environment, the AWS configuration or a caller, where the data lies, which law applies to it, and
    what the grid does hour by hour. Averages of a country hide differences within it.

    ## References

    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    - [How to select a Region based on sustainability goals](https://aws.amazon.com/blogs/architecture/how-to-select-a-region-for-your-workload-based-on-sustainability-goals/)
    - [Cloud Carbon Footprint, methodology](https://www.cloudcarbonfootprint.org/docs/methodology/)
    - [Ember, yearly electricity data](https://ember-energy.org/data/yearly-electricity-data/)
    """

    code: ClassVar[str] = "SG101"
    name: ClassVar[str] = "high-carbon-region"
    practices: ClassVar[tuple[str, ...]] = ("low-carbon-region",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("region",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell which Regions have no carbon-intensive grid."""
        for literal in program.once(work_regions):
            here = region(literal.name)
            if here is not None and here.grid.grams_per_kwh < HIGH:
                yield self.followed(literal.place, f"the grid of `{here.name}` emits {here.grid.grams_per_kwh:g} g/kWh")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report each literal of a Region that a cleaner one could replace."""
        for literal in program.once(work_regions):
            here = region(literal.name)
            cleaner = greener(literal.name)
            if here is None or here.grid.grams_per_kwh < HIGH or not cleaner:
                continue
            abroad = [other for other in greener(literal.name, same_jurisdiction=False) if other not in cleaner]
            unless = "" if literal.certain else ", unless something else is set,"
            message = (
                f"SageMaker{unless} works in `{here.name}`, whose grid emits {_grams(here)}; under the same "
                f"jurisdiction {_listed(cleaner)} {'emits' if len(cleaner) == 1 else 'emit'} at least 20 % less. Where "
                f"the data lies, and whether it may move, could not be seen"
            )
            fixes = [Fix.advice(f"Run in {_listed(cleaner)}, if data residency, latency and instance types allow")]
            if abroad:
                fixes.append(
                    Fix.advice(f"Run abroad in {_listed(abroad)}, only if the data may leave its jurisdiction")
                )
            yield self.finding(literal.place, message, *fixes, saving=_saving(here, cleaner[0]))


def _grams(place: Region) -> str:
    grid = place.grid
    return f"{grid.grams_per_kwh:g} g CO2e/kWh ({grid.source.title}, {grid.year})"


def _listed(found: Sequence[Region]) -> str:
    words = [f"`{place.name}` ({place.grid.grams_per_kwh:g} g)" for place in found[:_MOST]]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _saving(here: Region, best: Region) -> str:
    share = 1 - best.grid.grams_per_kwh / here.grid.grams_per_kwh
    return (
        f"{100 * share:.0f} % of the emissions per kWh in `{best.name}` (carbon, location-based averages: "
        f"{here.grid.source.title}, {here.grid.year}); the energy stays the same"
    )
