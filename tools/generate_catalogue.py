"""Generate the signature catalogues of sagegreen from released SDK sources.

    python tools/generate_catalogue.py --build-environments ENVIRONMENTS [--check] [--confirm [v1] [v2] [v3]]

downloads the releases named in ``catalogue_generation/releases.py`` into ENVIRONMENTS (what is there already is kept),
reads their sources without importing them and writes ``src/sagegreen/sagemaker/catalogue/data``. For a new SDK release:
add its number in ``releases.py``, run the command, read the diff.

``--check``    writes nothing; names every symbol that the stored data and the sources disagree on; exit 1 if any.
``--confirm``  imports the SDKs (all, or those named) in complete environments and compares what Python itself says
               about every signature.
"""

import argparse
import sys
from pathlib import Path

from catalogue_generation.assembly import Json, catalogue, read, removed_modules, renamed_arguments, renamed_keywords
from catalogue_generation.confirmation import confirm
from catalogue_generation.environments import install_complete, install_sources
from catalogue_generation.releases import BOTOCORE, COMPLETE, V1, V2, V2_OLDER, V3
from catalogue_generation.service_models import service_catalogue
from catalogue_generation.writing import differences, write

DATA = Path(__file__).resolve().parent.parent / "src" / "sagegreen" / "sagemaker" / "catalogue" / "data"


def generate(environments: Path) -> dict[str, dict[str, Json]]:
    """All files by name."""
    v1 = read(V1, install_sources(environments, V1))
    older = [read(release, install_sources(environments, release)) for release in V2_OLDER]
    v2 = read(V2, install_sources(environments, V2))
    v3 = read(V3, install_sources(environments, V3))
    boto3 = service_catalogue(install_sources(environments, BOTOCORE), BOTOCORE.version)
    core1_version = next(r.partition("==")[2] for r in V2.requirements if r.startswith("sagemaker-core=="))
    return {
        "v1": catalogue(v1, []),
        "v2": {
            **catalogue(v2, older),
            "renamed_keywords": renamed_keywords(v2.tree),
            "renamed_arguments": renamed_arguments(v2.tree),
        },
        "core1": {**catalogue(v2, [], own="sagemaker_core"), "versions": [core1_version]},
        "v3": {**catalogue(v3, []), "removed_modules": removed_modules(v3.tree)},
        "boto3": boto3,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-environments", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--output", type=Path, default=DATA)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--confirm", nargs="*", choices=sorted(COMPLETE), metavar="SDK")
    options = parser.parse_args()
    files = generate(options.build_environments)
    problems: list[str] = []
    if options.check:
        problems += differences(options.output, files)
    else:
        write(options.output, files)
    if options.confirm is not None:
        for name in options.confirm or COMPLETE:
            problems += confirm(install_complete(options.build_environments, name), name, options.output)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
