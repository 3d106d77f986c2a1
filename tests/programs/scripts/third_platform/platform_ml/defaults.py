class Defaults:
    INSTANCE = "ml.m5.xlarge"
    GPU = "ml.g4dn.xlarge"
    MAX_RUN = 12 * 60 * 60
    TAGS = [{"Key": "team", "Value": "ml"}]


ENVIRONMENTS = {
    "dev": {"spot": False, "count": 1},
    "prod": {"spot": True, "count": 2},
}
