"""An option for comparing the short ways with the long ones on other people's code."""

from pathlib import Path


def pytest_addoption(parser):
    parser.addoption(
        "--compared", type=Path, metavar="FOLDER", help="compare all files below a folder, not our fixtures"
    )
