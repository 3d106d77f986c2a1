import json
import textwrap

import sagemaker
from sagemaker.estimator import Estimator

role = sagemaker.get_execution_role()
FAMILY, SIZE = "m5", "xlarge"
CONFIG = json.loads('{"instance_type": "ml.c5.large", "instance_count": 2}')
MULTI = textwrap.dedent("""\
    ml.r5.large
""")

a = Estimator("img", role, 1, "ml." + FAMILY + "." + SIZE)
b = Estimator("img", role, 1, "ml.%s.%s" % (FAMILY, SIZE))
c = Estimator("img", role, 1, "ml.{}.{}".format(FAMILY, SIZE))
d = Estimator("img", role, 1, ".".join(["ml", FAMILY, SIZE]))
e = Estimator("img", role, 1, f"ml.{FAMILY}.{2 * 2}{SIZE}")
f = Estimator("img", role, 1, "ml.{family}.{size}".format(family=FAMILY, size=SIZE))
g = Estimator("img", role, CONFIG["instance_count"], CONFIG["instance_type"])
h = Estimator("img", role, 1, MULTI.strip())
j = Estimator("img", role, 1, "ml." "m5" ".2xlarge", max_run=int("3600"), max_wait=int(1e4))
k = Estimator("img", role, 1, "ML.M5.LARGE".lower(), max_run=round(3600 * 1.5), use_spot_instances=not False)
l = Estimator("img", role, 2**2, "ml.m5.large", max_run=86_400, use_spot_instances=bool(1))
m = Estimator("img", role, len(["a", "b"]), "ml.m5.large", max_run=7200 // 2)
n = Estimator("img", role, sum([1, 2]), "ml.m5.large", max_run=abs(-60), max_wait=min(7200, 3600))
o = Estimator("img", role, 1, next(iter(["ml.m5.large", "ml.m5.xlarge"])))
p = Estimator("img", role, 1, dict(zip(["small", "big"], ["ml.t3.medium", "ml.m5.large"]))["big"])
q = Estimator("img", role, 1, sorted(["ml.m5.xlarge", "ml.m5.large"])[0])
r = Estimator("img", role, 1, ["ml.m5.large", "ml.m5.xlarge"][-1], max_run=timed) if (timed := 10) else None
for estimator in filter(None, [a, b, c, d, e, f, g, h, j, k, l, m, n, o, p, q, r]):
    estimator.fit()
