import click
import sagemaker
import typer
from sagemaker.pytorch import PyTorch
from sagemaker.tuner import CategoricalParameter, ContinuousParameter, HyperparameterTuner

app = typer.Typer()


@click.group()
@click.option("--profile", default=None)
@click.pass_context
def cli(ctx, profile):
    ctx.obj = {"session": sagemaker.Session(), "role": sagemaker.get_execution_role()}


@cli.command()
@click.option("--instance-type", default="ml.p3.2xlarge", show_default=True)
@click.option("--count", "instance_count", type=int, required=True)
@click.option("--spot/--no-spot", default=True)
@click.pass_obj
def train(obj, instance_type, instance_count, spot):
    """Start a training job."""
    estimator = PyTorch(
        entry_point="train.py",
        role=obj["role"],
        framework_version="1.13",
        py_version="py39",
        instance_type=instance_type,
        instance_count=instance_count,
        use_spot_instances=spot,
        max_run=3 * 60 * 60,
        max_wait=3 * 60 * 60,
    )
    estimator.fit({"train": "s3://b/train"})


@cli.command("delete")
@click.argument("endpoint_name")
@click.pass_obj
def delete(obj, endpoint_name):
    obj["session"].delete_endpoint(endpoint_name)


@app.command()
def tune(
    max_jobs: int = typer.Option(20, help="how many"),
    strategy: str = "Bayesian",
    instance_type: str = typer.Argument("ml.g4dn.xlarge"),
) -> None:
    estimator = PyTorch(
        entry_point="train.py",
        role=sagemaker.get_execution_role(),
        framework_version="1.13",
        py_version="py39",
        instance_type=instance_type,
        instance_count=1,
    )
    tuner = HyperparameterTuner(
        estimator,
        objective_metric_name="val_loss",
        hyperparameter_ranges={"lr": ContinuousParameter(1e-5, 1e-2), "bs": CategoricalParameter([16, 32])},
        metric_definitions=[{"Name": "val_loss", "Regex": "loss=(.*?);"}],
        objective_type="Minimize",
        strategy=strategy,
        max_jobs=max_jobs,
        max_parallel_jobs=4,
        early_stopping_type="Auto",
    )
    tuner.fit({"train": "s3://b/train"})


if __name__ == "__main__":
    cli()
