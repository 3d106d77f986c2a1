"""An option for comparing trees of other people's code."""


def pytest_addoption(parser):
    parser.addoption("--trees", metavar="FOLDER", help="compare the syntax trees of all scripts below a folder")
