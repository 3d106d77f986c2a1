import argparse
import logging

from .jobs import JOBS, Job
from .runner import Runner


def parser():
    p = argparse.ArgumentParser(prog="app")
    sub = p.add_subparsers(dest="command", required=True)
    run = sub.add_parser("run")
    run.add_argument("name", choices=sorted(JOBS))
    run.add_argument("--instance-type", "-i", help="overrides the job's own")
    run.add_argument("--dry-run", action="store_true")
    down = sub.add_parser("down")
    down.add_argument("endpoint")
    return p


def main(argv=None):
    args = parser().parse_args(argv)
    logging.basicConfig(level="INFO")
    runner = Runner.from_environment()
    if args.command == "down":
        runner.down(args.endpoint)
        return 0
    job: Job = JOBS[args.name]
    if args.dry_run:
        print(job)
        return 0
    runner.run(job, instance_type=args.instance_type or job.instance_type)
    return 0
