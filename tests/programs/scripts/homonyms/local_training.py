"""Nothing in here but one estimator belongs to the SageMaker SDK."""
import boto3
import lightning as L
import pandas as pd
import tensorflow as tf
import torch
from pyspark.ml import Pipeline as SparkPipeline
from sagemaker.tensorflow import TensorFlow
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from tensorflow import keras
from tensorflow.keras.models import Model
from transformers import HfArgumentParser, Trainer, TrainingArguments

sagemaker = boto3.client("sagemaker")
hyperparameters = {"epochs": 2}


class Estimator:
    """Ours."""

    def __init__(self, image_uri=None, role=None, instance_type=None, instance_count=1):
        self.image_uri, self.role, self.instance_type, self.instance_count = image_uri, role, instance_type, instance_count

    def fit(self, data):
        return self

    def deploy(self, initial_instance_count, instance_type):
        return self

    def transformer(self, instance_count, instance_type):
        return self


class Processor:
    def run(self, **arguments):
        print(arguments)


class Lit(L.LightningModule):
    def training_step(self, batch, index):
        return torch.tensor(0.0)


frame = pd.DataFrame({"a": [1, 2]})
Pipeline([("pca", PCA(1)), ("kmeans", KMeans(2))]).fit(frame)
make_pipeline(PCA(1), KMeans(2)).fit_transform(frame)
SparkPipeline(stages=[]).fit(frame)

inputs = keras.Input((1,))
model = Model(inputs=inputs, outputs=keras.layers.Dense(1)(inputs))
model.compile(optimizer="adam", loss="mse")
model.fit(frame, frame, epochs=hyperparameters["epochs"])

old = tf.estimator.Estimator(model_fn=lambda features: None, params={})
old.train(input_fn=lambda: frame, steps=1)

trainer = L.Trainer(max_epochs=1, accelerator="gpu")
trainer.fit(Lit(), frame)
(arguments,) = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()
Trainer(model=model, args=arguments, train_dataset=frame).train()

mine = Estimator(image_uri="x", role="r", instance_type="ml.p3.2xlarge", instance_count=1)
mine.fit(frame)
mine.deploy(initial_instance_count=1, instance_type="ml.m5.large")
mine.transformer(1, "ml.m5.large")
Processor().run(instance_type="ml.m5.large", instance_count=1)

print(sagemaker.list_training_jobs()["TrainingJobSummaries"])
sagemaker.create_notebook_instance(
    NotebookInstanceName="mine", InstanceType="ml.t2.medium", RoleArn="arn:aws:iam::111122223333:role/r"
)

real = TensorFlow(
    entry_point="tf.py",
    role="arn:aws:iam::111122223333:role/r",
    framework_version="2.11",
    py_version="py39",
    instance_type="ml.p2.xlarge",
    instance_count=1,
)
TensorFlow = None
real.fit("s3://b/x")
