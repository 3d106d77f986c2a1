"""Ways to make, change, keep and run several objects, as text: ``MAKE(type, ...)`` is an estimator, ``A`` and ``B`` types.

Every number ``_N`` is one of the situation's own.
"""

from __future__ import annotations

import re

_TEXT = """
for t_N in [A, B]:
    e_N = MAKE(t_N)
    e_N.fit()
---
es_N = {}
es_N[os.environ.get("NOT_SET_N", "first")] = MAKE(A)
es_N[os.environ.get("NOT_SET_N", "first")].fit()
---
e_N = MAKE(A)
e_N.fit()
e_N.instance_type = B
e_N.fit()
---
e_N = MAKE(A)
e_N.fit()
e_N.max_run = 600
---
e_N = MAKE(A)
e_N.max_run = 600
e_N.fit()
e_N.max_run = 700
e_N.fit()
---
def f_N(t):
    MAKE(t).fit()
f_N(A)
f_N(B)
---
def f_N(t, run=None):
    e = MAKE(t)
    if run:
        e.max_run = run
    e.fit()
f_N(A)
f_N(B, 600)
---
def f_N(t=A, **more):
    return MAKE(t, **more)
f_N().fit()
f_N(B, max_run=600).fit()
f_N(max_run=700, use_spot_instances=True, max_wait=800).fit()
---
es_N = {t: MAKE(t) for t in (A, B)}
for e_N in es_N.values():
    e_N.fit()
---
es_N = {}
for t_N in (A, B):
    es_N[t_N] = MAKE(t_N)
es_N[A].fit()
es_N[B].fit()
---
es_N = [MAKE(A), MAKE(B, max_run=600)]
for e_N in es_N:
    e_N.fit()
---
es_N = [MAKE(A), MAKE(B, max_run=600)]
for e_N in es_N:
    e_N.max_wait = 90000
    e_N.use_spot_instances = True
es_N[0].fit()
es_N[1].fit()
---
es_N = []
for t_N in (A, B):
    es_N.append(MAKE(t_N))
[e.fit() for e in es_N]
---
es_N = (MAKE(t) for t in (A, B))
for e_N in es_N:
    e_N.fit()
---
e_N = MAKE(A)
g_N = e_N
g_N.max_run = 600
e_N.fit()
---
e_N = MAKE(A)
e_N = MAKE(B)
e_N.fit()
---
import copy
e_N = MAKE(A)
g_N = copy.copy(e_N)
g_N.instance_type = B
e_N.fit()
g_N.fit()
---
def tuned_N(e):
    e.max_run = 600
    return e
tuned_N(MAKE(A)).fit()
---
def tuned_N(e):
    e.max_run = 600
e_N = MAKE(A)
tuned_N(e_N)
e_N.fit()
---
e_N = MAKE(A)
if os.environ.get("NOT_SET_N"):
    e_N.max_run = 600
e_N.fit()
---
e_N = MAKE(A)
if not os.environ.get("NOT_SET_N"):
    e_N.max_run = 600
e_N.fit()
---
e_N = MAKE(A) if os.environ.get("NOT_SET_N") else MAKE(B, max_run=600)
e_N.fit()
---
if os.environ.get("NOT_SET_N"):
    e_N = MAKE(A)
else:
    e_N = MAKE(B, max_run=600)
e_N.fit()
---
class C_N:
    def __init__(self, t):
        self.e = MAKE(t)
    def run(self):
        self.e.fit()
C_N(A).run()
C_N(B).run()
---
class C_N:
    t = A
    def run(self):
        MAKE(self.t).fit()
class D_N(C_N):
    t = B
C_N().run()
D_N().run()
---
class C_N:
    e = None
    def make(self, t):
        self.e = MAKE(t)
        return self
    def run(self):
        self.e.fit()
c_N = C_N()
c_N.make(A)
c_N.run()
c_N.make(B).run()
---
class C_N:
    def __init__(self):
        self.all = []
    def add(self, t):
        self.all.append(MAKE(t))
    def run(self):
        for e in self.all:
            e.fit()
c_N = C_N()
c_N.add(A)
c_N.add(B)
c_N.run()
---
class C_N(Estimator):
    def __init__(self, **more):
        super().__init__(IMAGE, ROLE, 1, A, **more)
        self.max_run = 600
C_N().fit()
---
class C_N(Estimator):
    def fit(self, *given, **more):
        self.max_run = 600
        return super().fit(*given, **more)
C_N(IMAGE, ROLE, 1, A).fit()
---
settings_N = {"instance_type": A, "max_run": 600}
MAKE2(**settings_N).fit()
settings_N["max_run"] = 700
MAKE2(**settings_N).fit()
---
settings_N = {"instance_type": A}
for run_N in (600, 700):
    settings_N["max_run"] = run_N
    MAKE2(**settings_N).fit()
---
settings_N = {"instance_type": A}
for run_N in (600, 700):
    MAKE2(**{**settings_N, "max_run": run_N}).fit()
---
for settings_N in ({"instance_type": A}, {"instance_type": B, "max_run": 600}):
    MAKE2(**settings_N).fit()
---
for t_N, run_N in zip((A, B), (600, 700)):
    MAKE(t_N, max_run=run_N).fit()
---
for t_N, run_N in {A: 600, B: 700}.items():
    MAKE(t_N, max_run=run_N).fit()
---
for i_N in range(2):
    MAKE(A, max_run=600 * (i_N + 1)).fit()
---
run_N = 600
while run_N < 800:
    MAKE(A, max_run=run_N).fit()
    run_N += 100
---
run_N = 600
for t_N in (A, B):
    MAKE(t_N, max_run=run_N).fit()
    run_N = 700
---
for spot_N in (True, False):
    more_N = {"use_spot_instances": True, "max_wait": 90000} if spot_N else {}
    MAKE(A, **more_N).fit()
---
more_N = {}
if os.environ.get("NOT_SET_N", "1") == "1":
    more_N["use_spot_instances"] = True
    more_N["max_wait"] = 90000
MAKE(A, **more_N).fit()
---
spot_N = os.environ.get("NOT_SET_N", "1") == "1"
MAKE(A, use_spot_instances=spot_N, max_wait=90000 if spot_N else None).fit()
---
e_N = MAKE(A)
run_N = e_N.fit
run_N()
---
e_N = MAKE(A)
getattr(e_N, "fit")()
---
import functools
functools.partial(MAKE(A).fit, wait=False)()
---
list(map(lambda e: e.fit(), [MAKE(A), MAKE(B)]))
---
from concurrent.futures import ThreadPoolExecutor
def f_N(t):
    MAKE(t).fit()
with ThreadPoolExecutor(1) as pool_N:
    list(pool_N.map(f_N, [A, B]))
---
import threading
t_N = threading.Thread(target=lambda: MAKE(A).fit())
t_N.start()
t_N.join()
---
import asyncio
async def f_N(t):
    MAKE(t).fit()
async def g_N():
    await asyncio.gather(f_N(A), f_N(B))
asyncio.run(g_N())
---
import itertools
for t_N, run_N in itertools.product((A, B), (600, 700)):
    MAKE(t_N, max_run=run_N).fit()
---
e_N = None
for t_N in (A, B):
    if e_N is None:
        e_N = MAKE(t_N)
e_N.fit()
---
try:
    e_N = MAKE(A, max_run=int("none"))
except ValueError:
    e_N = MAKE(B)
e_N.fit()
---
try:
    MAKE(A, no_such_thing=1).fit()
    raise ValueError
except (ValueError, TypeError):
    MAKE(B).fit()
---
with open(os.devnull) as f_N:
    e_N = MAKE(A)
e_N.fit()
---
es_N = sorted([MAKE(A), MAKE(B, max_run=600)], key=lambda e: e.max_run)
es_N[0].fit()
---
e_N = max([MAKE(A), MAKE(B, max_run=600)], key=lambda e: e.max_run)
e_N.fit()
---
from dataclasses import dataclass, field
@dataclass
class C_N:
    t: str = A
    run: int = 600
    more: dict = field(default_factory=dict)
    def make(self):
        return MAKE(self.t, max_run=self.run, **self.more)
C_N().make().fit()
C_N(B, more={"max_wait": 90000, "use_spot_instances": True}).make().fit()
---
from dataclasses import dataclass, replace
@dataclass(frozen=True)
class C_N:
    t: str = A
    run: int = None
base_N = C_N()
for c_N in (base_N, replace(base_N, run=600)):
    MAKE(c_N.t, **({"max_run": c_N.run} if c_N.run else {})).fit()
---
e_N = MAKE(A)
e_N.fit()
e_N.deploy(1, "ml.m5.large")
---
e_N = MAKE(A)
e_N.fit()
p_N = e_N.deploy(initial_instance_count=1, instance_type="ml.m5.large")
try:
    pass
finally:
    p_N.delete_endpoint()
---
e_N = MAKE(A)
e_N.fit()
ps_N = [e_N.deploy(1, t) for t in ("ml.m5.large", "ml.c5.large")]
ps_N[0].delete_endpoint()
---
e_N = MAKE(A)
e_N.fit()
for n_N in ("first-N", "second-N"):
    e_N.deploy(1, "ml.m5.large", endpoint_name=n_N)
boto3.client("sagemaker").delete_endpoint(EndpointName="first-N")
---
e_N = MAKE(A)
e_N.fit()
e_N.transformer(1, "ml.m5.large", output_path="s3://data/out").transform("s3://data/in")
---
e_N = MAKE(A)
HyperparameterTuner(e_N, "loss", RANGES, METRICS, max_jobs=4).fit()
e_N.max_run = 600
HyperparameterTuner(e_N, "loss", RANGES, METRICS, max_jobs=5, strategy="Random").fit()
---
for strategy_N in ("Random", "Bayesian"):
    HyperparameterTuner(MAKE(A), "loss", RANGES, METRICS, strategy=strategy_N, max_jobs=4).fit()
---
t_N = HyperparameterTuner(MAKE(A), "loss", RANGES, METRICS, max_jobs=4)
t_N.max_jobs = 6
t_N.estimator.max_run = 600
t_N.fit()
---
e_N = MAKE(A)
t_N = HyperparameterTuner(e_N, "loss", RANGES, METRICS, max_jobs=4)
e_N.max_run = 600
t_N.fit()
---
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import CacheConfig, TrainingStep
steps_N = [TrainingStep(name=f"step-N-{i}", estimator=MAKE(t)) for i, t in enumerate((A, B))]
Pipeline("pipeline-N", steps=steps_N).upsert(ROLE)
---
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import CacheConfig, TrainingStep
cache_N = CacheConfig(enable_caching=True, expire_after="P30d")
steps_N = []
for t_N in (A, B):
    steps_N.append(TrainingStep(name="step-N-" + t_N.replace(".", "-"), estimator=MAKE(t_N), cache_config=cache_N))
steps_N.append(TrainingStep(name="last-N", estimator=MAKE(A)))
Pipeline("pipeline-N", steps=steps_N).upsert(ROLE)
---
from sagemaker.workflow.parameters import ParameterBoolean, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import TrainingStep
type_N = ParameterString("TypeN", default_value=A)
count_N = ParameterInteger("CountN", default_value=3)
made_N = Estimator(IMAGE, ROLE, count_N, type_N)
Pipeline("pipeline-N", parameters=[type_N, count_N], steps=[TrainingStep("step-N", estimator=made_N)]).upsert(ROLE)
"""
_HEAD = """
import os
import sys
import boto3
from sagemaker.estimator import Estimator
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/image:1"
RANGES = {"lr": ContinuousParameter(0.001, 0.1)}
METRICS = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
""".strip()


def situations() -> list[str]:
    """The situations, each a piece of a program."""
    found = []
    for number, text in enumerate(part.strip() for part in _TEXT.split("---\n")):
        filled = re.sub(r"\bMAKE\(", "Estimator(IMAGE, ROLE, 1, ", text)
        filled = re.sub(r"\bMAKE2\(", "Estimator(IMAGE, ROLE, 1, ", filled)
        filled = re.sub(r"\bA\b", '"ml.m5.xlarge"', re.sub(r"\bB\b", '"ml.c5.xlarge"', filled))
        found.append(re.sub(r"(?<=[a-z_-])N\b|(?<=-)N(?=-)", str(number), re.sub(r"_N\b", f"_{number}", filled)))
    return found


def program(pieces: list[str]) -> str:
    """A program of some situations, one after the other."""
    return "\n".join([_HEAD, *pieces]) + "\n"
