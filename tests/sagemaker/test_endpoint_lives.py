"""What becomes of endpoints: every way to delete and to scale them, and what only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.program import analyze
from sagegreen.project.project import find_project
from sagegreen.sagemaker.starts import is_limited

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import boto3, sagemaker
from sagemaker.model import Model
from sagemaker.predictor import Predictor
role = "arn:aws:iam::111122223333:role/r"
sm = boto3.client("sagemaker")
sess = sagemaker.Session()
aas = boto3.client("application-autoscaling")
model = Model(image_uri="1.dkr.ecr.us-west-2.amazonaws.com/x:1", model_data="s3://b/m.tar.gz", role=role)
"""
DEPLOY = """\
p = model.deploy(1, "ml.m5.large")
"""
NAMED = """\
p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
"""
BOTO3 = """\
import time
name = "abc-" + time.strftime("%H")
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
"""

#: Title, program below the head, and of each endpoint whether it is deleted and whether it is scaled.
CASES = [
    ("none", DEPLOY, [(False, False)]),
    (
        "predictor",
        DEPLOY
        + """\
p.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "predictor True",
        DEPLOY
        + """\
p.delete_endpoint(True)
""",
        [(True, False)],
    ),
    (
        "predictor cfg kw",
        DEPLOY
        + """\
p.delete_endpoint(delete_endpoint_config=True)
""",
        [(True, False)],
    ),
    (
        "delete_predictor",
        DEPLOY
        + """\
p.delete_predictor()
""",
        [(True, False)],
    ),
    (
        "delete_model only",
        DEPLOY
        + """\
p.delete_model()
""",
        [(False, False)],
    ),
    (
        "delete other predictor",
        DEPLOY
        + """\
q = model.deploy(1, "ml.m5.large")
q.delete_endpoint()
""",
        [(False, False), (True, False)],
    ),
    (
        "session by attr",
        DEPLOY
        + """\
sess.delete_endpoint(p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "session by old attr",
        DEPLOY
        + """\
sagemaker.Session().delete_endpoint(p.endpoint)
""",
        [(True, False)],
    ),
    (
        "session kw",
        DEPLOY
        + """\
sess.delete_endpoint(endpoint_name=p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "predictor session",
        DEPLOY
        + """\
p.sagemaker_session.delete_endpoint(p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "model session",
        DEPLOY
        + """\
model.sagemaker_session.delete_endpoint(model.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "boto by attr",
        DEPLOY
        + """\
sm.delete_endpoint(EndpointName=p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "boto by var",
        DEPLOY
        + """\
n = p.endpoint_name
sm.delete_endpoint(EndpointName=n)
""",
        [(True, False)],
    ),
    (
        "boto by name",
        NAMED
        + """\
sm.delete_endpoint(EndpointName='abc')
""",
        [(True, False)],
    ),
    (
        "boto other name",
        NAMED
        + """\
sm.delete_endpoint(EndpointName='xyz')
""",
        [(False, False)],
    ),
    (
        "literal beside a name that the SDK makes",
        DEPLOY
        + """\
sm.delete_endpoint(EndpointName='xyz')
""",
        [(True, False)],
    ),
    (
        "loop over predictors",
        DEPLOY
        + """\
q = model.deploy(1, "ml.m5.large")
for x in [p, q]:
    x.delete_endpoint()
""",
        [(True, False), (True, False)],
    ),
    (
        "loop over names",
        NAMED
        + """\
q = model.deploy(1, "ml.m5.large", endpoint_name="def")
for x in ["abc", "def"]:
    sm.delete_endpoint(EndpointName=x)
""",
        [(True, False), (True, False)],
    ),
    (
        "loop over name attr list",
        DEPLOY
        + """\
q = model.deploy(1, "ml.m5.large")
for x in (p.endpoint_name, q.endpoint_name):
    sm.delete_endpoint(EndpointName=x)
""",
        [(True, False), (True, False)],
    ),
    (
        "names appended",
        """\
names = []
for i in range(3):
    p = model.deploy(1, "ml.m5.large")
    names.append(p.endpoint_name)
for n in names:
    sm.delete_endpoint(EndpointName=n)
""",
        [(True, False)],
    ),
    (
        "predictors dict",
        """\
ps = {}
for i in range(3):
    ps[i] = model.deploy(1, "ml.m5.large")
for k in ps:
    ps[k].delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "predictors dict values",
        """\
ps = {}
for i in range(3):
    ps[i] = model.deploy(1, "ml.m5.large")
for k in ps.values():
    k.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "predictors list comp",
        """\
ps = [model.deploy(1, "ml.m5.large") for _ in range(3)]
for k in ps:
    k.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "helper cleanup",
        """\
def cleanup(predictor):
    predictor.delete_endpoint()
p = model.deploy(1, "ml.m5.large")
cleanup(p)
""",
        [(True, False)],
    ),
    (
        "helper cleanup name",
        """\
def cleanup(name):
    sm.delete_endpoint(EndpointName=name)
p = model.deploy(1, "ml.m5.large")
cleanup(p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "helper not called",
        """\
def cleanup(name):
    sm.delete_endpoint(EndpointName=name)
p = model.deploy(1, "ml.m5.large")
""",
        [(True, False)],
    ),
    (
        "helper creates",
        """\
def make():
    return model.deploy(1, "ml.m5.large")
p = make()
p.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "helper creates name",
        """\
def make(n):
    return model.deploy(1, "ml.m5.large", endpoint_name=n)
make("abc")
sm.delete_endpoint(EndpointName="abc")
""",
        [(True, False)],
    ),
    (
        "uncalled creation param; delete later",
        """\
def make(n):
    return model.deploy(1, "ml.m5.large", endpoint_name=n)
def rm(n):
    sm.delete_endpoint(EndpointName=n)
""",
        [(True, False)],
    ),
    (
        "try finally",
        """\
p = None
try:
    p = model.deploy(1, "ml.m5.large")
finally:
    if p is not None:
        p.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "context manager",
        """\
from contextlib import contextmanager
@contextmanager
def endpoint():
    p = model.deploy(1, "ml.m5.large")
    try:
        yield p
    finally:
        p.delete_endpoint()
with endpoint() as e:
    e.predict("x")
""",
        [(True, False)],
    ),
    (
        "class",
        """\
class A:
    def up(self):
        self.p = model.deploy(1, "ml.m5.large")
    def down(self):
        self.p.delete_endpoint()
a = A()
a.up()
a.down()
""",
        [(True, False)],
    ),
    (
        "class uncalled",
        """\
class A:
    def up(self):
        self.p = model.deploy(1, "ml.m5.large")
    def down(self):
        self.p.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "class down not called",
        """\
class A:
    def up(self):
        self.p = model.deploy(1, "ml.m5.large")
    def down(self):
        self.p.delete_endpoint()
a = A()
a.up()
""",
        [(True, False)],
    ),
    (
        "before creation",
        """\
try:
    sm.delete_endpoint(EndpointName="abc")
except Exception:
    pass
p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
""",
        [(False, False)],
    ),
    (
        "before creation predictor",
        """\
Predictor("abc").delete_endpoint()
p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
""",
        [(False, False)],
    ),
    ("boto", BOTO3, [(False, False)]),
    (
        "boto name",
        BOTO3
        + """\
sm.delete_endpoint(EndpointName=name)
""",
        [(True, False)],
    ),
    (
        "boto before",
        """\
import time
name = "abc-" + time.strftime("%H")
sm.delete_endpoint(EndpointName=name)
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
""",
        [(False, False)],
    ),
    (
        "boto resp",
        BOTO3
        + """\
d = sm.describe_endpoint(EndpointName=name)
sm.delete_endpoint(EndpointName=d['EndpointName'])
""",
        [(True, False)],
    ),
    (
        "boto arn",
        BOTO3
        + """\
sm.delete_endpoint(EndpointName=r['EndpointArn'].split('/')[-1])
""",
        [(True, False)],
    ),
    (
        "boto list",
        BOTO3
        + """\
for e in sm.list_endpoints()['Endpoints']:
    sm.delete_endpoint(EndpointName=e['EndpointName'])
""",
        [(True, False)],
    ),
    (
        "boto Predictor",
        BOTO3
        + """\
Predictor(endpoint_name=name, sagemaker_session=sess).delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "boto config only",
        BOTO3
        + """\
sm.delete_endpoint_config(EndpointConfigName=name)
""",
        [(False, False)],
    ),
    (
        "boto f-string",
        """\
import time
name = f"abc-{time.time()}"
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
sm.delete_endpoint(EndpointName=name)
""",
        [(True, False)],
    ),
    (
        "boto two f-strings",
        """\
import time
name = "abc-" + time.strftime("%H")
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=f'{name}-ep', EndpointConfigName=name)
sm.delete_endpoint(EndpointName=f'{name}-ep')
""",
        [(True, False)],
    ),
    (
        "boto another concrete name",
        BOTO3
        + """\
sm.delete_endpoint(EndpointName='other-endpoint')
""",
        [(False, False)],
    ),
    (
        "boto another joined name",
        BOTO3
        + """\
other = 'zzz-' + time.strftime('%S')
sm.delete_endpoint(EndpointName=other)
""",
        [(False, False)],
    ),
    (
        "two boto endpoints delete one",
        BOTO3
        + """\
import time
name2 = "def-" + time.strftime("%H")
sm.create_endpoint_config(EndpointConfigName=name2, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=name2, EndpointConfigName=name2)
sm.delete_endpoint(EndpointName=name2)
""",
        [(False, False), (True, False)],
    ),
    (
        "autoscale by name",
        NAMED
        + """\
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId="endpoint/abc/variant/AllTraffic", ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "autoscale other name",
        NAMED
        + """\
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId="endpoint/xyz/variant/AllTraffic", ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, False)],
    ),
    (
        "autoscale f-string",
        DEPLOY
        + """\
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId=f"endpoint/{p.endpoint_name}/variant/AllTraffic", ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "autoscale concat",
        BOTO3
        + """\
rid = "endpoint/" + name + "/variant/" + "AllTraffic"
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId=rid, ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "autoscale format",
        BOTO3
        + """\
rid = "endpoint/{}/variant/{}".format(name, "AllTraffic")
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId=rid, ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "autoscale percent",
        BOTO3
        + """\
rid = "endpoint/%s/variant/AllTraffic" % name
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId=rid, ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "autoscale two, one f",
        DEPLOY
        + """\
q = model.deploy(1, "ml.m5.large")
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId=f"endpoint/{p.endpoint_name}/variant/AllTraffic", ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=2)
""",
        [(False, True), (False, False)],
    ),
    (
        "other service scaling",
        DEPLOY
        + """\
aas.register_scalable_target(ServiceNamespace="dynamodb", ResourceId="table/x", ScalableDimension="dynamodb:table:ReadCapacityUnits", MinCapacity=1, MaxCapacity=2)
""",
        [(False, False)],
    ),
    (
        "estimator.delete_endpoint no-op",
        """\
from sagemaker.estimator import Estimator
est = Estimator("i", role, 1, "ml.m5.large")
est.fit("s3://b")
p = est.deploy(1, "ml.m5.large")
est.delete_endpoint()
""",
        [(False, False)],
    ),
    (
        "result not kept, session by model.endpoint_name",
        """\
model.deploy(1, "ml.m5.large")
sess.delete_endpoint(model.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "est.latest job name",
        """\
from sagemaker.estimator import Estimator
est = Estimator("i", role, 1, "ml.m5.large")
est.fit("s3://b")
est.deploy(1, "ml.m5.large")
sess.delete_endpoint(est.latest_training_job.name)
""",
        [(True, False)],
    ),
    (
        "requests dict",
        BOTO3
        + """\
req = {'EndpointName': name}
sm.delete_endpoint(**req)
""",
        [(True, False)],
    ),
    (
        "functools partial / atexit",
        DEPLOY
        + """\
import atexit
atexit.register(p.delete_endpoint)
""",
        [(True, False)],
    ),
    (
        "exitstack callback",
        DEPLOY
        + """\
from contextlib import ExitStack
with ExitStack() as s:
    s.callback(p.delete_endpoint)
""",
        [(True, False)],
    ),
    (
        "if flag",
        DEPLOY
        + """\
delete = False
if delete:
    p.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "endpoint tuple unpack",
        """\
def mk():
    p = model.deploy(1, "ml.m5.large")
    return p, p.endpoint_name
p, n = mk()
sm.delete_endpoint(EndpointName=n)
""",
        [(True, False)],
    ),
    (
        "map lambda",
        DEPLOY
        + """\
list(map(lambda x: x.delete_endpoint(), [p]))
""",
        [(True, False)],
    ),
    (
        "comprehension",
        DEPLOY
        + """\
[x.delete_endpoint() for x in [p]]
""",
        [(True, False)],
    ),
    (
        "paginator",
        BOTO3
        + """\
pg = sm.get_paginator('list_endpoints')
for page in pg.paginate():
    for e in page['Endpoints']:
        sm.delete_endpoint(EndpointName=e['EndpointName'])
""",
        [(True, False)],
    ),
    (
        "resource via session client",
        DEPLOY
        + """\
sess.sagemaker_client.delete_endpoint(EndpointName=p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "inline client",
        DEPLOY
        + """\
boto3.client('sagemaker').delete_endpoint(EndpointName=p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "attribute assign name",
        DEPLOY
        + """\
endpoint = p.endpoint_name
Predictor(endpoint).delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "os.system",
        DEPLOY
        + """\
import os
os.system('aws sagemaker delete-endpoint --endpoint-name ' + p.endpoint_name)
""",
        [(True, False)],
    ),
    (
        "subprocess",
        NAMED
        + """\
import subprocess
subprocess.run(['aws','sagemaker','delete-endpoint','--endpoint-name','abc'])
""",
        [(True, False)],
    ),
    (
        "scaling by the command line",
        NAMED
        + """\
import subprocess
subprocess.run(['aws','application-autoscaling','register-scalable-target','--resource-id','endpoint/abc/variant/v'])
""",
        [(False, True)],
    ),
    (
        "scaling of another endpoint in a shell line",
        NAMED
        + """\
import os
os.system('aws application-autoscaling put-scaling-policy --resource-id endpoint/other/variant/v')
""",
        [(False, False)],
    ),
    (
        "clean before in the same uncalled function",
        """\
def redeploy(n):
    try:
        sm.delete_endpoint(EndpointName=n)
    except Exception:
        pass
    model.deploy(1, "ml.m5.large", endpoint_name=n)
""",
        [(False, False)],
    ),
    (
        "branches exclude",
        """\
import argparse
a = argparse.ArgumentParser()
a.add_argument("--delete", action="store_true")
args = a.parse_args()
if args.delete:
    sm.delete_endpoint(EndpointName="abc")
else:
    p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
""",
        [(True, False)],
    ),
    (
        "handler",
        """\
def handler(event, context):
    if event["RequestType"] == "Delete":
        sm.delete_endpoint(EndpointName="abc")
    elif event["RequestType"] == "Create":
        p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
""",
        [(True, False)],
    ),
    (
        "helper branches",
        """\
import sys
def rm():
    sm.delete_endpoint(EndpointName="abc")
def up():
    p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
if sys.argv[1] == "rm":
    rm()
else:
    up()
""",
        [(True, False)],
    ),
    (
        "exists then delete then create boto",
        """\
import time
name = "abc-" + time.strftime("%H")
try:
    sm.delete_endpoint(EndpointName=name)
except Exception:
    pass
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
r = sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
""",
        [(False, False)],
    ),
    (
        "delete between config and create",
        """\
import time
name = "abc-" + time.strftime("%H")
sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName":"AllTraffic","ModelName":"m","InitialInstanceCount":1,"InstanceType":"ml.m5.large"}])
try:
    sm.delete_endpoint(EndpointName=name)
except Exception:
    pass
r = sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
""",
        [(False, False)],
    ),
    (
        "redeploy after delete",
        NAMED
        + """\
p.delete_endpoint()
p2 = model.deploy(1, "ml.m5.large", endpoint_name="abc")
""",
        [(True, False), (False, False)],
    ),
    (
        "delete by name var after",
        """\
endpoint_name = "abc"
p = model.deploy(1, "ml.m5.large", endpoint_name="abc")
sm.delete_endpoint(EndpointName=endpoint_name)
""",
        [(True, False)],
    ),
    (
        "component only",
        """\
p = model.deploy(1, "ml.g5.xlarge", endpoint_name="abc")
sm.delete_inference_component(InferenceComponentName="ic")
""",
        [(False, False)],
    ),
    (
        "component unnamed",
        """\
p = model.deploy(1, "ml.g5.xlarge")
for ic in sm.list_inference_components()["InferenceComponents"]:
    sm.delete_inference_component(InferenceComponentName=ic["InferenceComponentName"])
""",
        [(False, False)],
    ),
    (
        "managed scaling alone",
        """\
p = model.deploy(1, "ml.g5.xlarge", endpoint_name="abc", managed_instance_scaling={"Status":"ENABLED","MinInstanceCount":0,"MaxInstanceCount":2})
""",
        [(False, False)],
    ),
    (
        "managed scaling + policy",
        """\
p = model.deploy(1, "ml.g5.xlarge", endpoint_name="abc", managed_instance_scaling={"Status":"ENABLED","MinInstanceCount":0,"MaxInstanceCount":2})
aas.register_scalable_target(ServiceNamespace="sagemaker", ResourceId="inference-component/ic", ScalableDimension="sagemaker:inference-component:DesiredCopyCount", MinCapacity=0, MaxCapacity=2)
""",
        [(False, True)],
    ),
    (
        "v1 estimator delete",
        """\
from sagemaker.estimator import Estimator
est = Estimator("i", role, train_instance_count=1, train_instance_type="ml.m5.large")
est.fit("s3://b")
p = est.deploy(1, "ml.m5.large")
est.delete_endpoint()
""",
        [(True, False)],
    ),
    (
        "tuner delete",
        """\
from sagemaker.tuner import HyperparameterTuner
from sagemaker.estimator import Estimator
est = Estimator("i", role, 1, "ml.m5.large")
t = HyperparameterTuner(est, "m", {})
t.fit("s3://b")
p = t.deploy(1, "ml.m5.large")
t.delete_endpoint()
""",
        [(False, False)],
    ),
    (
        "core",
        """\
from sagemaker.core.resources import Endpoint, EndpointConfig
from sagemaker.core.shapes import ProductionVariant
ec = EndpointConfig.create(endpoint_config_name="c", production_variants=[ProductionVariant(variant_name="v", model_name="m", instance_type="ml.m5.large", initial_instance_count=1)])
e = Endpoint.create(endpoint_name="e", endpoint_config_name="c")
""",
        [(False, False)],
    ),
    (
        "core delete",
        """\
from sagemaker.core.resources import Endpoint, EndpointConfig
from sagemaker.core.shapes import ProductionVariant
ec = EndpointConfig.create(endpoint_config_name="c", production_variants=[ProductionVariant(variant_name="v", model_name="m", instance_type="ml.m5.large", initial_instance_count=1)])
e = Endpoint.create(endpoint_name="e", endpoint_config_name="c")
e.delete()
""",
        [(True, False)],
    ),
    (
        "core get delete",
        """\
from sagemaker.core.resources import Endpoint, EndpointConfig
from sagemaker.core.shapes import ProductionVariant
ec = EndpointConfig.create(endpoint_config_name="c", production_variants=[ProductionVariant(variant_name="v", model_name="m", instance_type="ml.m5.large", initial_instance_count=1)])
e = Endpoint.create(endpoint_name="e", endpoint_config_name="c")
Endpoint.get(endpoint_name="e").delete()
""",
        [(True, False)],
    ),
    (
        "core config delete only",
        """\
from sagemaker.core.resources import Endpoint, EndpointConfig
from sagemaker.core.shapes import ProductionVariant
ec = EndpointConfig.create(endpoint_config_name="c", production_variants=[ProductionVariant(variant_name="v", model_name="m", instance_type="ml.m5.large", initial_instance_count=1)])
e = Endpoint.create(endpoint_name="e", endpoint_config_name="c")
ec.delete()
""",
        [(False, False)],
    ),
    (
        "v3 builder",
        """\
from sagemaker.serve import ModelBuilder
mb = ModelBuilder(model="x", role_arn=role, instance_type="ml.m5.large")
mb.build()
e = mb.deploy(endpoint_name="q")
e.delete()
""",
        [(True, False)],
    ),
    (
        "v3 builder none",
        """\
from sagemaker.serve import ModelBuilder
mb = ModelBuilder(model="x", role_arn=role, instance_type="ml.m5.large")
mb.build()
e = mb.deploy(endpoint_name="q")
""",
        [(False, False)],
    ),
]


def program_of(tmp_path: Path, source: str, name: str = "deploy.py"):
    path = tmp_path / name
    path.write_text(source)
    return analyze(document_from_bytes(path.read_bytes(), path), find_project(path, [path]))[0]


def lives(program):
    return [
        (endpoint.setting("deleted").constant, endpoint.setting("autoscaled").constant)
        for endpoint in program.of_kind("endpoint")
    ]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_life_of_endpoints(tmp_path, source, expected):
    assert lives(program_of(tmp_path, HEAD + source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (DEPLOY + "p.update_endpoint(initial_instance_count=2)\n", True),
        (BOTO3 + 'sm.update_endpoint(EndpointName=name, EndpointConfigName="other")\n', True),
        ('sm.update_endpoint(EndpointName="abc", EndpointConfigName="other")\n' + NAMED, True),
        (NAMED + 'sm.update_endpoint(EndpointName="xyz", EndpointConfigName="other")\n', False),
    ],
)
def test_an_update_is_told_by_name(tmp_path, source, expected):
    program = program_of(tmp_path, HEAD + source)
    assert [endpoint.setting("updated").constant for endpoint in program.of_kind("endpoint")] == [expected]


# --- other files ------------------------------------------------------------------------------------------------


CLEAN_UP = 'import boto3\nboto3.client("sagemaker").delete_endpoint(EndpointName={})\n'


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("remove.py", CLEAN_UP.format('"abc"'), True),
        ("ops/remove.py", CLEAN_UP.format('"abc"'), True),
        ("remove.py", CLEAN_UP.format('"xyz"'), False),
        ("remove.py", CLEAN_UP.format("input()"), True),
        ("ops/cleanup.py", CLEAN_UP.format("input()"), True),
        ("far/away/tools.py", CLEAN_UP.format("input()"), False),
        ("other.py", HEAD + DEPLOY + "p.delete_endpoint()\n", False),
        ("other.py", HEAD + BOTO3 + "sm.delete_endpoint(EndpointName=name)\n", False),
    ],
)
def test_another_file_may_delete_the_endpoint(tmp_path, name, source, expected):
    (tmp_path / "pyproject.toml").write_text("")
    other = tmp_path / name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text(source)
    assert lives(program_of(tmp_path, HEAD + NAMED)) == [(expected, False)]


# --- log groups --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "limited", "expected"),
    [
        ("/aws/sagemaker/TrainingJobs", {"/aws/sagemaker/TrainingJobs"}, True),
        ("/aws/sagemaker/TrainingJobs", {"/aws/sagemaker/"}, True),
        ("/aws/sagemaker/TrainingJobs", {None}, True),
        ("/aws/sagemaker/TrainingJobs", {"/aws/sagemaker/Training"}, False),
        ("/aws/sagemaker/Endpoints/ab", {"/aws/sagemaker/Endpoints/a"}, False),
        ("/aws/sagemaker/Endpoints/", {"/aws/sagemaker/Endpoints/a"}, True),
        ("/aws/sagemaker/Endpoints/a", {"/aws/sagemaker/TransformJobs"}, False),
        ("/aws/sagemaker/TrainingJobs", set(), False),
    ],
)
def test_a_retention_covers_its_log_group(group, limited, expected):
    assert is_limited(group, limited) is expected
