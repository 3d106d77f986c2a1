from sagegreen.sagemaker.catalogue import Parameter, ParameterKind, Signature, bind, load, missing_parameters
from sagegreen.sagemaker.catalogue.signatures import parse_signature


def signature(text):
    return Signature(parse_signature(text).parameters)


def test_positions_and_keywords():
    bound = bind(signature("image_uri, role, instance_count=1, *, tags=None"), 2, ["tags", "instance_count"])
    assert bound == {0: "image_uri", 1: "role", "tags": "tags", "instance_count": "instance_count"}


def test_refused_arguments_are_absent():
    assert bind(signature("a, b=1"), 3, []) == {0: "a", 1: "b"}
    assert bind(signature("a, b=1"), 1, ["a", "c"]) == {0: "a"}


def test_surplus_goes_to_the_starred_parameters():
    assert bind(signature("a, *rest, **more"), 3, ["x"]) == {0: "a", 1: "rest", 2: "rest", "x": "x"}


def test_missing_parameters():
    required = signature("a, b, c=1, *, d, **more")
    assert missing_parameters(required, bind(required, 1, ["d"])) == ("b",)


def test_a_real_call():
    """``Estimator(image, role, 1, "ml.m5.xlarge", 50)`` asks for a warm pool since 2.110, for a volume before."""
    v2 = load("v2")
    newest = v2.signature("sagemaker.estimator.Estimator")
    assert newest is not None
    assert bind(newest, 5, [])[4] == "keep_alive_period_in_seconds"
    before = next(s for r, s in v2.older_signatures("sagemaker.estimator.Estimator") if r.endswith("<2.110.0"))
    assert bind(before, 5, [])[4] == "volume_size"


def test_stored_text_form():
    written = parse_signature("a, b=..., c={'x': 1}, *args, d='s', **kwargs -> 2* a role")
    assert written.parameters == (
        Parameter("a", ParameterKind.POSITIONAL_OR_KEYWORD, True, False, None),
        Parameter("b", ParameterKind.POSITIONAL_OR_KEYWORD, False, False, None),
        Parameter("c", ParameterKind.POSITIONAL_OR_KEYWORD, False, True, {"x": 1}),
        Parameter("args", ParameterKind.VAR_POSITIONAL, False, False, None),
        Parameter("d", ParameterKind.KEYWORD_ONLY, False, True, "s"),
        Parameter("kwargs", ParameterKind.VAR_KEYWORD, False, False, None),
    )
    assert written.forwarding is not None
    assert written.forwarding.positional_count == 2
    assert written.forwarding.hands_on_positional
    assert written.forwarding.keywords == {"a", "role"}
