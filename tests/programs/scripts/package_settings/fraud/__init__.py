from .training import build_estimator, train

__all__ = ["build_estimator", "train"]
