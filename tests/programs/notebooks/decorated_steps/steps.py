import sagemaker
from sagemaker.remote_function import RemoteExecutor, remote
from sagemaker.workflow.function_step import step
from sagemaker.workflow.notebook_job_step import NotebookJobStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline

instance_type = ParameterString(name="TrainingInstanceType", default_value="ml.m5.2xlarge")
settings = dict(instance_type="ml.m5.large", keep_alive_period_in_seconds=300)


@step(name="preprocess", instance_type=instance_type)
def preprocess(raw: str) -> str:
    return raw + ".clean"


@step
def train(path):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier().fit([[0]], [0])


def evaluate(model):
    return 1.0


@remote(**settings)
def divide(x, y):
    return x / y


@remote(instance_type="ml.g5.xlarge", instance_count=2, use_spot_instances=True, max_runtime_in_seconds=3600,
        max_wait_time_in_seconds=7200, role="arn:aws:iam::111122223333:role/r")
def heavy(data):
    return data


@remote
def from_config_file():
    return 1


def notebook_job():
    return NotebookJobStep(name="report", input_notebook="report.ipynb", image_uri="img", kernel_name="python3",
                           instance_type="ml.m5.large")


if __name__ == "__main__":
    data = preprocess("s3://x")
    model = train(data)
    score = step(evaluate, name="evaluate", instance_type="ml.c5.large")(model)
    pipeline = Pipeline(name="functions", parameters=[instance_type], steps=[score, notebook_job()])
    pipeline.upsert(role_arn=sagemaker.get_execution_role())
    pipeline.start()
    divide(1, 2)
    heavy([1])
    from_config_file()
    with RemoteExecutor(max_parallel_jobs=4, instance_type="ml.m5.4xlarge", **{"max_runtime_in_seconds": 900}) as executor:
        futures = [executor.submit(evaluate, i) for i in range(8)]
