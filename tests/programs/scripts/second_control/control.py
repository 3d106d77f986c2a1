import os
import random
import sys

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.processing import Processor

role = sagemaker.get_execution_role()
ENV = os.environ.get("ENV", "dev")
IS_PROD = ENV == "prod"
SPOT = True

# chosen by if/elif
if ENV == "dev":
    instance_type, instance_count = "ml.t3.medium", 1
elif ENV == "staging":
    instance_type, instance_count = "ml.m5.large", 1
else:
    instance_type, instance_count = "ml.m5.4xlarge", 2

a = Estimator("img", role, instance_count, instance_type)
a.fit()

# conditional expression, boolean arithmetic
b = Estimator(
    "img",
    role,
    instance_count=3 if IS_PROD else 1,
    instance_type="ml.m5.4xlarge" if IS_PROD else "ml.m5.large",
    use_spot_instances=SPOT,
    max_run=3600,
    max_wait=7200 if SPOT else None,
)
b.fit()


def pick(gpu, big=False):
    if gpu:
        if big:
            return "ml.g5.12xlarge"
        return "ml.g5.xlarge"
    return "ml.c5.xlarge"


c = Estimator("img", role, 1, pick(True))
c.fit()
d = Estimator("img", role, 1, pick(gpu=True, big=True))
d.fit()
e = Estimator("img", role, 1, pick("--gpu" in sys.argv))
e.fit()

# try several types until one has capacity
for candidate in ["ml.p3.2xlarge", "ml.g4dn.xlarge"]:
    try:
        f = Estimator("img", role, 1, candidate)
        f.fit()
        break
    except Exception as error:
        if "ResourceLimitExceeded" not in str(error):
            raise
else:
    sys.exit("no capacity")

try:
    import custom_settings

    processing_type = custom_settings.PROCESSING_TYPE
except ImportError:
    processing_type = "ml.m5.xlarge"
Processor(role, "img", 1, processing_type).run()

kind = "ml.m5.large"
g = Estimator("img", role, 1, kind)
kind = "ml.m5.24xlarge"
g.fit()

h = Estimator("img", role, 1, random.choice(["ml.c5.large", "ml.c5.xlarge"]))
h.fit()

hours = 2
hours += 1
i = Estimator("img", role, max(1, 2), "ml.m5.large", max_run=hours * 60**2)
i.fit()
assert IS_PROD or not i.use_spot_instances

with open("instance.txt") as handle:
    j = Estimator("img", role, int(handle.readline()), handle.readline().strip())
j.fit()
k = Estimator("img", role, 1, sys.argv[1] if len(sys.argv) > 1 else "ml.m5.large")
k.fit()
l = Estimator("img", role, 1, input("type? ") or "ml.m5.large")
l.fit()
