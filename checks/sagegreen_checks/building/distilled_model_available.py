"""SG204: a model of which there is a distilled or smaller one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.distilled_models import model_ids, smaller
from sagegreen.sagemaker.patching import replace
from sagegreen.sagemaker.scripts import jobs_of
from sagegreen_checks.building.model_identifiers import LOADS_BY_NAME, namings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.distilled_models import SmallerModel
    from sagegreen.sagemaker.program import Program
    from sagegreen_checks.building.model_identifiers import Naming

#: Distilled models with the vocabulary, the inputs and the languages of what they were distilled from, so that the name
#: alone can be exchanged (their model cards on the Hugging Face Hub).
_EXCHANGEABLE = frozenset(
    {
        "distilbert/distilbert-base-uncased",
        "distilbert/distilbert-base-cased",
        "distilbert/distilbert-base-multilingual-cased",
        "distilbert/distilbert-base-german-cased",
        "distilbert/distilroberta-base",
        "distilbert/distilgpt2",
        "cmarkea/distilcamembert-base",
        "distil-whisper/distil-medium.en",
        "distil-whisper/distil-small.en",
        "sshleifer/distilbart-cnn-12-6",
        "sshleifer/distilbart-xsum-12-6",
        "valhalla/distilbart-mnli-12-3",
        "deepset/tinyroberta-squad2",
        "segmind/small-sd",
        "facebook/nllb-200-distilled-1.3B",
        "meta-llama/Llama-3.2-3B",
        "meta-llama/Llama-3.2-3B-Instruct",
        "meta-llama/Llama-3.2-1B-Instruct",
    }
)
#: How other files give a script the name of a model; then its own default is not what runs.
_GIVEN = re.compile(rb"\b(?:pretrained_)?model_(?:name_or_path|name|id|checkpoint)\b|\bHF_MODEL_ID\b")
#: More alternatives than this only fill the screen.
_MOST = 3
_THOUSAND = 1000


class DistilledModelAvailable(Check):
    """A model is used of which there is a published distilled or smaller one.

    ## What it does

    Reports the name of a model of the Hugging Face Hub for which its publisher, or somebody who distilled it, offers a
    smaller one: in `from_pretrained`, `pipeline` and `SentenceTransformer`, in `HF_MODEL_ID` of a container's
    environment, in hyperparameters of training jobs (`model_name_or_path`, `model_id`, `model_name`), and in
    `ModelBuilder` and `DJLModel`. Each name is reported once for a program, where the model itself is loaded.

    A default (of a command line, an environment variable, a parameter) is reported, too, unless another file of the
    project gives names of models. It says nothing where the program names one of the smaller models: whoever distils or
    compares knows them.

    ## Why it wastes

    Fewer parameters are fewer operations for each sample, in training and for as long as the model is served. The
    guidance names DistilBERT: 40 % fewer parameters, 60 % faster, 97 % of BERT's performance. Figures of other models
    are those of their publishers, on their own benchmarks, and are given with the finding.

    ## Example

    ```python
    from sagemaker.huggingface import HuggingFace

    estimator = HuggingFace(
        entry_point="run_glue.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        transformers_version="4.36.0",
        pytorch_version="2.1.0",
        py_version="py310",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        hyperparameters={"model_name_or_path": "bert-base-uncased", "task_name": "sst2"},
    )
    estimator.fit("s3://amzn-s3-demo-bucket/sst2")
    ```

    ## Use instead

    ```python
    from sagemaker.huggingface import HuggingFace

    estimator = HuggingFace(
        entry_point="run_glue.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        transformers_version="4.36.0",
        pytorch_version="2.1.0",
        py_version="py310",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        hyperparameters={"model_name_or_path": "distilbert/distilbert-base-uncased", "task_name": "sst2"},
    )
    estimator.fit("s3://amzn-s3-demo-bucket/sst2")
    ```

    ## Fix safety

    The fix is unsafe: another model gives other results, and only an evaluation on your task can tell whether they are
    good enough. It is written where the smaller model was distilled from this one and shares its vocabulary, inputs
    and languages, and where what loads it does so by name alone (`AutoModel` classes, pipelines, containers); then
    every literal of the name in the program is exchanged, the tokenizer's included. Weights that were fine-tuned from
    the larger model do not fit the smaller one. Everywhere else it is advice.

    ## What it cannot see

    The task and the language, unless the model is made for one; names that come from outside; fine-tuned models under
    names of their own, and JumpStart's identifiers.

    ## References

    - [DistilBERT](https://arxiv.org/abs/1910.01108)
    - [Distillation in Transformers](https://github.com/huggingface/transformers-research-projects/tree/main/distillation)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG204"
    name: ClassVar[str] = "distilled-model-available"
    practices: ClassVar[tuple[str, ...]] = ("simplified-algorithms",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3", "script")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    script_words: ClassVar[re.Pattern[bytes] | None] = LOADS_BY_NAME
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        small = {spelling for name in model_ids() for model in smaller(name) for spelling in _spellings(model)}
        for naming in namings(program):
            if naming.primary and naming.name.casefold() in small:
                yield self.followed(naming.place, f"`{naming.name}` is a smaller version of a larger model")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each larger model once, where it is loaded first."""
        found: dict[str, list[Naming]] = {}
        for naming in namings(program):
            found.setdefault(naming.name.casefold(), []).append(naming)
        for name in found.keys() & model_ids():
            models = smaller(name)
            if any(_spellings(model) & found.keys() for model in models):
                continue
            uses = found[name]
            first = next((use for use in uses if use.primary), None)
            if first is not None and not (first.declared and program.project.mentions(_GIVEN)):
                yield self.finding(
                    first.place,
                    _message(program, first, models[0]),
                    _fix(uses, first, models[0]),
                    *(Fix.advice(f"Or use {_described(model)}") for model in models[1:_MOST]),
                    saving=_saving(models[0]),
                )


def _spellings(model: SmallerModel) -> set[str]:
    """How a smaller model may be called: names without an owner are old ones of the Hub."""
    name = model.model_id.casefold()
    return {name, name.rpartition("/")[2]}


# -- words ------------------------------------------------------------------------------------------


def _message(program: Program, use: Naming, model: SmallerModel) -> str:
    jobs = jobs_of(program)
    where = " unless another name is given" if use.declared else ""
    where += f" in a script that {jobs[0].label} runs" if jobs else ""
    relation = {
        "distilled": f"`{model.model_id}` was distilled from it",
        "distilled_other_teacher": f"`{model.model_id}` was distilled to do the work of models like it",
        "smaller_official": f"its publisher offers the smaller `{model.model_id}`",
    }[model.relation]
    return (
        f"`{use.name}` is used{where}; {relation}: {_millions(model.parameters)} parameters instead of "
        f"{_millions(model.larger_parameters)}, made for: {model.scope}. Whether that is good enough for this task "
        "cannot be seen: evaluate it"
    )


def _millions(number: float) -> str:
    return f"{number:g} million" if number < _THOUSAND else f"{number / _THOUSAND:.3g} billion"


def _described(model: SmallerModel) -> str:
    said = "; ".join(filter(None, (f"{_millions(model.parameters)} parameters", model.scope, model.quality)))
    return f"`{model.model_id}` ({said})"


def _saving(model: SmallerModel) -> str:
    said = "; ".join(filter(None, (model.speed, model.quality)))
    return (
        f"{model.reduction:.0%} fewer parameters{f'; {said}' if said else ''} (size and time, not energy: "
        f"{model.source}, {model.source_year})"
    )


# -- the fix ----------------------------------------------------------------------------------------


def _fix(uses: Sequence[Naming], first: Naming, model: SmallerModel) -> Fix:
    title = f"Replace `{first.name}` with `{model.model_id}`, and evaluate it on your task"
    exchangeable = model.relation == "distilled" and model.model_id in _EXCHANGEABLE
    if not exchangeable or any(use.pinned or not use.any_kind for use in uses):
        return Fix.advice(title)
    return Fix.unsafe(title, _replaced(uses, model))


def _replaced(uses: Sequence[Naming], model: SmallerModel) -> tuple[Edit, ...] | None:
    edits: dict[tuple[object, ...], tuple[Edit, ...]] = {}
    for use in uses:
        node = use.place.node
        if not isinstance(node, cst.SimpleString) or node.prefix or node.quote not in {"'", '"'}:
            return None
        written = f"{node.quote}{model.model_id}{node.quote}"
        edits[use.place.key] = replace(use.place, written)
    return tuple(edit for group in edits.values() for edit in group)
