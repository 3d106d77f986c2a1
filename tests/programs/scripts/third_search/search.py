import itertools
import time
from typing import Dict, List, Optional

import numpy as np
import sagemaker
from sagemaker.debugger import Rule, rule_configs
from sagemaker.tensorflow import TensorFlow, TensorFlowModel

sagemaker_session = sagemaker.Session()
role = sagemaker.get_execution_role()

default_config = {
    "instance_type": "ml.p3.2xlarge",
    "instance_count": 1,
    "py_version": "py39",
    "framework_version": "2.9",
}


def create_estimator(hyperparameters: Dict, config: Optional[Dict] = None, rules: Optional[List] = None, **kwargs):
    config = {**default_config, **(config or {})}
    estimator = TensorFlow(
        entry_point="train.py",
        role=role,
        hyperparameters=hyperparameters,
        rules=rules,
        sagemaker_session=sagemaker_session,
        **config,
        **kwargs,
    )
    return estimator


jobs = []
for lr, batch in itertools.product(np.logspace(-4, -2, 3), [32, 64]):
    e = create_estimator({"lr": lr, "batch": batch}, rules=[Rule.sagemaker(rule_configs.vanishing_gradient())])
    e.fit("s3://d/train", wait=False)
    jobs.append(e)
    time.sleep(2)

big = create_estimator(
    {"lr": 0.001},
    {"instance_type": "ml.p3.16xlarge", "instance_count": 2},
    distribution={"mpi": {"enabled": True, "processes_per_host": 8}},
    max_run=24 * 3600,
)
big.fit("s3://d/train")

best = max(jobs, key=lambda job: job.training_job_analytics.dataframe()["value"].max())
p = best.deploy(1, "ml.m5.xlarge")
p.delete_endpoint()

serving = TensorFlowModel(big.model_data, role, framework_version="2.9")
for kind in ("ml.c5.xlarge", "ml.inf1.xlarge"):
    candidate = serving.deploy(1, kind)
    started = time.time()
    candidate.predict({"instances": [[0.0] * 10]})
    print(kind, time.time() - started)
    candidate.delete_endpoint()
