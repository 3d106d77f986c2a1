import argparse
import types
from types import SimpleNamespace

import attr
import sagemaker
from easydict import EasyDict
from omegaconf import OmegaConf
from sagemaker.chainer import Chainer
from sagemaker.estimator import Estimator
from sagemaker.rl import RLEstimator, RLFramework, RLToolkit

role = sagemaker.get_execution_role()


class Config:
    INSTANCE_TYPE = "ml.m5.large"
    INSTANCE_COUNT = 1
    MAX_RUN = 30 * 60

    class Deploy:
        INSTANCE_TYPE = "ml.t2.medium"


class ProductionConfig(Config):
    INSTANCE_TYPE = "ml.m5.2xlarge"


@attr.s(auto_attribs=True)
class Cluster:
    kind: str
    size: int = 3


cfg = SimpleNamespace(kind="ml.c5.xlarge", count=2)
cfg.hours = 2
loose = types.SimpleNamespace(**{"kind": "ml.c5.2xlarge", "count": 4})
namespace = argparse.Namespace(kind="ml.r5.large")
omega = OmegaConf.load("conf.yaml")
easy = EasyDict({"train": {"kind": "ml.m4.xlarge"}})
cluster = Cluster("ml.c5.4xlarge")

Estimator("img", role, Config.INSTANCE_COUNT, Config.INSTANCE_TYPE, max_run=Config.MAX_RUN).fit()
prod = ProductionConfig()
e = Estimator("img", role, prod.INSTANCE_COUNT, prod.INSTANCE_TYPE, max_run=prod.MAX_RUN)
e.fit()
e.deploy(1, Config.Deploy.INSTANCE_TYPE)

Chainer(
    "ch.py",
    framework_version="5.0.0",
    py_version="py3",
    role=role,
    instance_type=cfg.kind,
    instance_count=cfg.count,
    max_run=cfg.hours * 3600,
).fit()
RLEstimator(
    entry_point="rl.py",
    toolkit=RLToolkit.RAY,
    toolkit_version="1.6.0",
    framework=RLFramework.PYTORCH,
    role=role,
    instance_type=loose.kind,
    instance_count=loose.count,
).fit()
Estimator("img", role, 1, namespace.kind).fit()
Estimator("img", role, omega.train.count, omega["train"]["kind"]).fit()
Estimator("img", role, cluster.size, cluster.kind).fit()
Estimator("img", role, 1, easy.train.kind).fit()

later = Estimator("img", role, 1, "ml.m5.large")
later.instance_type = "ml.m5.24xlarge"
later.use_spot_instances = True
later.max_wait = 86400
later.fit()
