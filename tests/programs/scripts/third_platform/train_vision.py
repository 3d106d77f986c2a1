import os

from platform_ml import TrainingSpec, launch

ROLE = os.environ["ROLE"]


def main():
    spec = TrainingSpec("vision.py", gpu=True, environment="prod", hyperparameters={"epochs": 10})
    estimator = launch(spec, ROLE, "s3://data/vision")
    predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.g4dn.xlarge")
    try:
        print(predictor.predict([[1, 2, 3]]))
    finally:
        predictor.delete_endpoint()


if __name__ == "__main__":
    main()
