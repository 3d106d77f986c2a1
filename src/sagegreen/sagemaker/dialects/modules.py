"""``sagemaker.modules``, the preview of v3 that ships with late 2.x releases (2.236 and newer)."""

from __future__ import annotations

from sagegreen.sagemaker.dialects import v3
from sagegreen.sagemaker.forms import Form, Nested

_CONFIGS = "sagemaker.modules.configs"

NESTED = {name: Nested(_CONFIGS, nested.name) for name, nested in v3.NESTED.items()}

FORMS: tuple[Form, ...] = tuple(
    Form("training_job", "modules", "sagemaker.modules.train.model_trainer.ModelTrainer", method, v3.TRAINING, NESTED)
    for method in ("__init__", "from_recipe")
)
