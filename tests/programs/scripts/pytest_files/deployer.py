from sagemaker.sklearn.model import SKLearnModel


def deploy(model_data, role, instance_type="ml.t2.medium", session=None):
    model = SKLearnModel(
        model_data=model_data, role=role, entry_point="inf.py", framework_version="1.2-1", sagemaker_session=session
    )
    return model.deploy(initial_instance_count=1, instance_type=instance_type)
