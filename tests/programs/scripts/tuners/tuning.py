from typing import Dict, List

import sagemaker
from sagemaker.inputs import TrainingInput
from sagemaker.parameter import CategoricalParameter
from sagemaker.sklearn import SKLearn
from sagemaker.tuner import (
    ContinuousParameter,
    HyperbandStrategyConfig,
    HyperparameterTuner,
    StrategyConfig,
    WarmStartConfig,
    WarmStartTypes,
)
from sagemaker.xgboost import XGBoost

ROLE = sagemaker.get_execution_role()
RANGES = {"eta": ContinuousParameter(0.01, 0.3), "booster": CategoricalParameter(["gbtree", "dart"])}
METRICS: List[Dict[str, str]] = [{"Name": "auc", "Regex": "auc:([0-9.]+)"}]


def base(instance_type="ml.m5.xlarge", **kwargs):
    return XGBoost(
        entry_point="train.py",
        framework_version="1.7-1",
        role=ROLE,
        instance_count=1,
        instance_type=instance_type,
        max_run=3600,
        **kwargs,
    )


def tuner_for(estimator, strategy, jobs, early="Off", **more):
    return HyperparameterTuner(
        estimator=estimator,
        objective_metric_name="auc",
        hyperparameter_ranges=RANGES,
        metric_definitions=METRICS,
        strategy=strategy,
        max_jobs=jobs,
        max_parallel_jobs=min(jobs, 4),
        early_stopping_type=early,
        **more,
    )


random_search = tuner_for(base(), "Random", 40)
random_search.fit({"train": TrainingInput("s3://b/train")})
bayesian = tuner_for(
    base("ml.m5.2xlarge", use_spot_instances=True, max_wait=7200, checkpoint_s3_uri="s3://b/c"),
    strategy="Bayesian",
    jobs=20,
    early="Auto",
    warm_start_config=WarmStartConfig(WarmStartTypes.TRANSFER_LEARNING, parents={"earlier"}),
)
bayesian.fit({"train": TrainingInput("s3://b/train")}, wait=False)

sk = SKLearn("sk.py", framework_version="1.2-1", role=ROLE, instance_type="ml.c5.large", instance_count=1)
hyperband = HyperparameterTuner(
    sk,
    "auc",
    RANGES,
    METRICS,
    strategy="Hyperband",
    strategy_config=StrategyConfig(HyperbandStrategyConfig(max_resource=10, min_resource=1)),
    max_jobs=30,
)
hyperband.fit()

multi = HyperparameterTuner.create(
    estimator_dict={
        "sk": sk,
        "sk2": SKLearn("s2.py", framework_version="1.2-1", role=ROLE, instance_type="ml.c5.xlarge", instance_count=1),
    },
    objective_metric_name_dict={"sk": "auc", "sk2": "auc"},
    hyperparameter_ranges_dict={"sk": RANGES, "sk2": RANGES},
    max_jobs=12,
    early_stopping_type="Auto",
)
multi.fit({"sk": "s3://b/a", "sk2": "s3://b/b"})

best = bayesian.best_estimator()
predictor = best.deploy(1, "ml.m5.large")
predictor.delete_endpoint()
direct = hyperband.deploy(initial_instance_count=1, instance_type="ml.c5.large")
attached = HyperparameterTuner.attach("earlier")
attached.deploy(1, "ml.m5.4xlarge")
