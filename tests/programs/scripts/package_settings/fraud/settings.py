"""Constants of the project."""
import os

PROJECT = "fraud"
REGION = "eu-west-1"
STAGE = os.getenv("STAGE", "dev")

TRAIN_INSTANCE_TYPE = "ml.c5.2xlarge"
TRAIN_INSTANCE_COUNT = 1
MAX_RUN = 2 * 60 * 60
MAX_WAIT = MAX_RUN + 1800

ENDPOINT = {
    "instance_type": "ml.c5.large",
    "initial_instance_count": 2,
}

INSTANCES = {"dev": "ml.t3.medium", "prod": "ml.m5.xlarge"}
BATCH_INSTANCE = INSTANCES["prod"]
STAGE_INSTANCE = INSTANCES[STAGE]
