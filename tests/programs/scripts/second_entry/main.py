from config import config
from steps.prepare import Prepare
from steps.train import Train

STEPS = [Prepare, Train]


def main():
    for step in STEPS:
        step(config).execute()


if __name__ == "__main__":
    main()
