import pytest

from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.regions import pue_range, region

ESTIMATOR = """
job = PyTorch(entry_point="train.py", role=role, framework_version="2.1", py_version="py310",
              instance_type={kind!r}, instance_count={count}{more})
"""
FIT = 'job.fit("s3://bucket/data")\n'


def estimates(result):
    return result["estimates"]["resources"]


def expected(kind, instances, hours, place="eu-north-1"):
    found, where = instance(kind), region(place)
    return [
        pytest.approx(watts * instances * hours / 1000 * where.pue, rel=2e-3)
        for watts in (found.watts_idle, found.watts_100)
    ]


def test_an_endpoint_is_on_for_a_month(project, audit):
    project("serve.py", ESTIMATOR.format(kind="ml.g5.xlarge", count=1, more=", max_run=3600") + FIT + "job.deploy(2, 'ml.m5.xlarge')\n")  # fmt: skip
    result = audit("--region", "eu-north-1")
    endpoint = next(entry for entry in estimates(result) if entry["kind"] == "endpoint")
    assert endpoint["period"] == "month"
    assert endpoint["kilowatt_hours"] == expected("ml.m5.xlarge", 2, 730)
    grams = [intensity.grams_per_kwh for intensity in region("eu-north-1").intensities]
    low, high = endpoint["kilowatt_hours"]
    assert endpoint["kilograms_co2e"] == [
        pytest.approx(low * min(grams) / 1000, rel=2e-3),
        pytest.approx(high * max(grams) / 1000, rel=2e-3),
    ]


def test_a_training_job_runs_up_to_its_limit(project, audit):
    project("train.py", ESTIMATOR.format(kind="ml.m5.xlarge", count=3, more=", max_run=7200") + FIT)
    (job,) = estimates(audit("--region", "eu-north-1"))
    assert job["hours"] == [2, 2]
    assert job["kilowatt_hours"] == expected("ml.m5.xlarge", 3, 2)


def test_a_tuning_job_is_its_jobs_and_they_are_not_counted_again(project, audit):
    tuner = 'HyperparameterTuner(job, "loss", {"rate": ContinuousParameter(0.1, 1)}, max_jobs=20).fit()\n'
    project("tune.py", ESTIMATOR.format(kind="ml.m5.xlarge", count=1, more=", max_run=3600") + tuner)
    (job,) = estimates(audit("--region", "eu-north-1"))
    assert job["kind"] == "tuning_job"
    assert job["kilowatt_hours"] == expected("ml.m5.xlarge", 1, 20)


def test_a_processing_job_without_limit_has_power_and_no_energy(project, audit):
    project("process.py", 'ScriptProcessor(role=role, image_uri="x", command=["python3"], instance_type="ml.m5.xlarge", instance_count=1).run("p.py")\n')  # fmt: skip
    (job,) = estimates(audit())
    assert job["watts"] == [instance("ml.m5.xlarge").watts_idle, instance("ml.m5.xlarge").watts_100]
    assert (job["hours"], job["kilowatt_hours"], job["kilograms_co2e"]) == (None, None, None)
    assert "not known" in job["basis"]


@pytest.mark.parametrize(
    ("kind", "basis"),
    [
        ("open('kind').read()", "the instance type is not known"),
        ("'ml.inf2.xlarge'", "no power is published for ml.inf2.xlarge"),
    ],
)
def test_unknown_stays_unknown(project, audit, kind, basis):
    code = ESTIMATOR.replace("{kind!r}", "{kind}").format(kind=kind, count=1, more=", max_run=60")
    project("train.py", code + FIT)
    result = audit()
    (job,) = estimates(result)
    assert (job["watts"], job["kilowatt_hours"], job["basis"]) == (None, None, basis)
    assert result["estimates"]["totals"] == []
    assert result["estimates"]["unknown"] == 1


def test_what_holds_no_machine_of_aws_is_left_out(project, audit):
    project(
        "local.py",
        ESTIMATOR.format(kind="local", count=1, more="")
        + FIT
        + "job.deploy(serverless_inference_config=ServerlessInferenceConfig(2048))\n",
    )
    assert estimates(audit()) == []


def test_an_endpoint_that_is_deleted_is_on_for_an_unknown_time(project, audit):
    code = ESTIMATOR.format(kind="ml.m5.xlarge", count=1, more=", max_run=60") + FIT
    project("serve.py", code + "p = job.deploy(1, 'ml.m5.xlarge')\np.predict([1])\np.delete_endpoint()\n")
    endpoint = next(entry for entry in estimates(audit()) if entry["kind"] == "endpoint")
    assert endpoint["kilowatt_hours"] is None
    assert endpoint["basis"].startswith("deleted again")


def test_one_of_two_types_widens_the_range(project, audit):
    code = ESTIMATOR.replace("{kind!r}", "kind").format(count=1, more=", max_run=3600")
    project("train.py", "import random\nkind = 'ml.m5.large' if random.random() > 0.5 else 'ml.m5.4xlarge'\n" + code + FIT)  # fmt: skip
    (job,) = estimates(audit("--region", "eu-north-1"))
    small, large = expected("ml.m5.large", 1, 1), expected("ml.m5.4xlarge", 1, 1)
    assert job["kilowatt_hours"] == [small[0], large[1]]


def test_the_region_of_the_session_counts_and_any_where_there_is_none(project, audit):
    header_of_session = (
        "session = sagemaker.Session(boto3.Session(region_name='eu-west-1'))\n"
        "logs = boto3.client('logs', region_name='us-east-1')\n"
    )
    job = ESTIMATOR.format(kind="ml.m5.xlarge", count=1, more=", max_run=3600")
    project("with_session.py", header_of_session + job.replace("role=role", "role=role, sagemaker_session=session") + FIT)  # fmt: skip
    (known,) = estimates(audit("--region", "eu-north-1"))
    assert known["regions"] == ["eu-west-1"]
    assert known["kilowatt_hours"] == expected("ml.m5.xlarge", 1, 1, "eu-west-1")
    project("with_session.py", job + FIT)
    (anywhere,) = estimates(audit())
    assert anywhere["regions"] == []
    found, (least, most) = instance("ml.m5.xlarge"), pue_range()
    assert anywhere["kilowatt_hours"] == [
        pytest.approx(found.watts_idle / 1000 * least, rel=2e-3),
        pytest.approx(found.watts_100 / 1000 * most, rel=2e-3),
    ]


def test_totals_add_the_estimates_of_a_period(project, audit):
    for number in range(2):
        project(f"train_{number}.py", ESTIMATOR.format(kind="ml.m5.xlarge", count=1, more=", max_run=3600") + FIT)
    result = audit("--region", "eu-north-1")
    (total,) = result["estimates"]["totals"]
    assert (total["period"], total["resources"]) == ("run", 2)
    one, other = estimates(result)
    assert total["kilowatt_hours"] == [
        pytest.approx(sum(ends), rel=2e-3) for ends in zip(one["kilowatt_hours"], other["kilowatt_hours"], strict=True)
    ]


def test_assumptions_are_shown(project, audit):
    project("train.py", ESTIMATOR.format(kind="ml.m5.xlarge", count=1, more=", max_run=3600") + FIT)
    text = " ".join(audit()["estimates"]["assumptions"])
    assert "+/- 30 %" in text
    assert "730 hours" in text
    assert "not their making" in text
    assert "Apache-2.0" in text
