import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.predictor import Predictor
from sagemaker.pytorch import PyTorch, PyTorchModel
from sagemaker.serializers import JSONSerializer
from sagemaker.deserializers import JSONDeserializer

ROLE = "arn:aws:iam::111122223333:role/SageMakerRole"


class TeamPyTorch(PyTorch):
    """PyTorch with the team's defaults."""

    def __init__(self, entry_point, instance_type="ml.g5.xlarge", instance_count=1, **kwargs):
        kwargs.setdefault("max_run", 8 * 3600)
        super().__init__(
            entry_point=entry_point,
            role=ROLE,
            framework_version="2.1",
            py_version="py310",
            instance_type=instance_type,
            instance_count=instance_count,
            use_spot_instances=True,
            max_wait=12 * 3600,
            **kwargs,
        )


class FraudModel(TeamPyTorch):
    def __init__(self, **kwargs):
        super(FraudModel, self).__init__("fraud.py", **kwargs)


class AuditedEstimator(Estimator):
    owner = "ml-platform"

    def fit(self, *args, **kwargs):
        print("fit by", self.owner)
        return super().fit(*args, **kwargs)


class JsonPredictor(Predictor):
    def __init__(self, endpoint_name, sagemaker_session):
        super().__init__(
            endpoint_name,
            sagemaker_session=sagemaker_session,
            serializer=JSONSerializer(),
            deserializer=JSONDeserializer(),
        )

    def close(self):
        self.delete_endpoint()


class ServedModel(PyTorchModel):
    def __init__(self, model_data, **kwargs):
        super().__init__(
            model_data=model_data,
            role=ROLE,
            entry_point="inference.py",
            framework_version="2.1",
            py_version="py310",
            predictor_cls=JsonPredictor,
            **kwargs,
        )


def main():
    session = sagemaker.Session()
    first = TeamPyTorch("train.py", sagemaker_session=session)
    first.fit("s3://bucket/train")
    second = TeamPyTorch("train.py", instance_type="ml.g5.12xlarge", max_run=3600)
    second.fit("s3://bucket/train")
    fraud = FraudModel(instance_count=2, checkpoint_s3_uri="s3://bucket/fraud")
    fraud.fit("s3://bucket/fraud")

    audited = AuditedEstimator(
        image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1",
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )
    audited.fit()

    model = ServedModel(first.model_data, sagemaker_session=session)
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.g4dn.xlarge")
    print(predictor.predict({"x": 1}))
    predictor.close()


main()
