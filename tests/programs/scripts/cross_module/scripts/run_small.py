from ml.estimators import Deployer, JobSpec, make_estimator

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/small:1"


def main():
    estimator = make_estimator(JobSpec("small"), IMAGE)
    estimator.fit("s3://b/small")
    deployer = Deployer("ml.t2.medium")
    deployer.deploy(estimator)
    deployer.delete()


if __name__ == "__main__":
    main()
