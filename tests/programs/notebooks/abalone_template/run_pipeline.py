"""A CLI to create or update and run pipelines."""
from __future__ import absolute_import

import argparse
import json
import sys


def main():
    parser = argparse.ArgumentParser("Creates or updates and runs the pipeline for the pipeline script.")
    parser.add_argument("-n", "--module-name", dest="module_name", type=str)
    parser.add_argument("-kwargs", "--kwargs", dest="kwargs", default=None)
    parser.add_argument("-role-arn", "--role-arn", dest="role_arn", type=str)
    args = parser.parse_args()

    module = __import__(args.module_name, fromlist=["get_pipeline"])
    pipeline = module.get_pipeline(**json.loads(args.kwargs))
    upsert_response = pipeline.upsert(role_arn=args.role_arn)
    execution = pipeline.start()
    execution.wait()
    print(upsert_response)


if __name__ == "__main__":
    sys.exit(main())
