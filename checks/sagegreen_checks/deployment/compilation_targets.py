"""For which framework versions and instance families SageMaker Neo compiles.

Sources: the images of ``neo-pytorch.json``, ``neo-tensorflow.json`` and ``neo-mxnet.json`` in
``sagemaker/image_uri_config`` of the SageMaker Python SDK 2.257.7, with their aliases; the values of ``TargetDevice``
in botocore's service model of SageMaker that are instance families.
"""

from __future__ import annotations

from sagegreen_checks.training.containers import MXNET, PYTORCH, TENSORFLOW, Version

#: Versions with an image to serve what Neo compiles, by their first two numbers.
VERSIONS: dict[str, frozenset[Version]] = {
    PYTORCH: frozenset({(1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 12), (1, 13), (2, 0)}),
    TENSORFLOW: frozenset({*((1, minor) for minor in range(4, 16)), (2, 4), (2, 9)}),
    MXNET: frozenset({*((1, minor) for minor in range(5)), (1, 7), (1, 8)}),
}
FAMILIES = frozenset({"m4", "m5", "m6g", "c4", "c5", "c6g", "p2", "p3", "g4dn", "inf1", "inf2", "trn1"})
