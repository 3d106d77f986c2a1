import sys

from service import EndpointService

CHAMPION = EndpointService("champion", "eu-central-1")


def main():
    CHAMPION.deploy("model-2024-01")
    if "--remove" in sys.argv:
        CHAMPION.delete()


if __name__ == "__main__":
    main()
