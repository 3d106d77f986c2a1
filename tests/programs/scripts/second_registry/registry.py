"""Builders registered by decorator, looked up by name; settings per stage."""
from __future__ import annotations

import functools
from collections import ChainMap, defaultdict
from typing import Callable

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.xgboost.estimator import XGBoost

BUILDERS: dict[str, Callable[..., Estimator]] = {}
DEFAULTS = {"instance_type": "ml.m5.large", "instance_count": 1, "max_run": 3600}
STAGES = {
    "dev": {},
    "prod": {"instance_type": "ml.m5.4xlarge", "max_run": 4 * 3600, "use_spot_instances": True, "max_wait": 8 * 3600},
}
counts = defaultdict(int)


def register(name: str):
    def decorate(function):
        BUILDERS[name] = function

        @functools.wraps(function)
        def counted(*args, **kwargs):
            counts[name] += 1
            return function(*args, **kwargs)

        return counted

    return decorate


@functools.lru_cache
def role() -> str:
    return sagemaker.get_execution_role()


@register("xgb")
def xgb(**settings):
    return XGBoost("xgb.py", framework_version="1.7-1", role=role(), **settings)


@register("sk")
def sk(**settings):
    return SKLearn("sk.py", framework_version="1.2-1", role=role(), **settings)


def settings_for(stage: str, **overrides) -> dict:
    return {**DEFAULTS, **STAGES[stage], **overrides}


def main():
    first = BUILDERS["xgb"](**settings_for("prod"))
    first.fit("s3://b/x")
    second = sk(**settings_for("dev"))
    second.fit("s3://b/x")
    layered = ChainMap({"instance_count": 2}, DEFAULTS)
    third = Estimator(
        "img", role(), layered["instance_count"], layered["instance_type"], max_run=layered["max_run"]
    )
    third.fit()


main()
