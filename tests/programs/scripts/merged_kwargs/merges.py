import sys

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.processing import Processor
from sagemaker.pytorch import PyTorch

role = sagemaker.get_execution_role()
USE_SPOT = "--spot" in sys.argv
DEBUG = False

common = {
    "role": role,
    "instance_type": "ml.g5.xlarge",
    "instance_count": 1,
    "framework_version": "2.1",
    "py_version": "py310",
}
long = dict(max_run=3 * 24 * 60 * 60, keep_alive_period_in_seconds=600)

# 1: unpacking in the call
a = PyTorch(entry_point="a.py", **common, **long)

# 2: dict display
b = PyTorch(**{**common, "instance_type": "ml.g5.2xlarge", **long}, entry_point="b.py")

# 3: dict(a, x=1)
c_args = dict(common, instance_count=4, distribution={"torch_distributed": {"enabled": True}})
c = PyTorch("c.py", **c_args)

# 4: union
d = PyTorch(entry_point="d.py", **(common | {"max_run": 7200}))

# 5: copy, update, pop
e_args = common.copy()
e_args.update(instance_type="ml.p3.8xlarge", max_run=1800)
e_args.update({"max_wait": 3600, "use_spot_instances": True})
e_args.pop("instance_count")
e = PyTorch(entry_point="e.py", instance_count=2, **e_args)

# 6: in-place union and conditional insertion
f_args = {**common}
f_args |= {"max_run": 86400}
if USE_SPOT:
    f_args["use_spot_instances"] = True
    f_args["max_wait"] = 2 * 86400
    f_args["checkpoint_s3_uri"] = "s3://bucket/ckpt"
f = PyTorch(entry_point="f.py", **f_args)

# 7: conditional spread and del
g_args = {
    **common,
    **({"use_spot_instances": True, "max_wait": 90000} if USE_SPOT else {}),
    "max_run": 3600 if DEBUG else 36000,
}
del g_args["framework_version"], g_args["py_version"]
image = f"111122223333.dkr.ecr.{sagemaker.Session().boto_region_name}.amazonaws.com/g:1"
g = Estimator(image, **g_args)


# 8: setdefault, a comprehension over the dictionary and a loop of insertions
h_args = {key: value for key, value in common.items() if not key.endswith("version")}
h_args.setdefault("instance_count", 8)
h_args.setdefault("max_run", 600)
for key, value in [("volume_size", 100), ("input_mode", "FastFile")]:
    h_args[key] = value
h = Estimator(image_uri=image, **h_args)


def processing(**overrides):
    defaults = {"role": role, "image_uri": image, "instance_type": "ml.m5.large", "instance_count": 1}
    defaults.update(overrides)
    return Processor(**defaults)


processing().run()
processing(instance_type="ml.r5.large", instance_count=3, max_runtime_in_seconds=900).run()

for estimator in (a, b, c, d, e, f, g, h):
    estimator.fit("s3://bucket/train", wait=False)
