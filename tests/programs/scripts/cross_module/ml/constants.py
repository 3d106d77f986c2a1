import sagemaker


class Instances:
    CPU = "ml.m5.xlarge"
    GPU = "ml.g5.xlarge"


def get_role():
    return sagemaker.get_execution_role()
