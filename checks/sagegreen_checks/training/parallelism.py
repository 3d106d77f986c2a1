"""What a training script does to share its work among instances and GPUs, told by the words that any such code has.

The words are meant to find every way rather than to miss one: a script that mentions one of them counts as sharing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sagegreen.sagemaker.scripts import script_of
from sagegreen.semantics.values import Known, options

if TYPE_CHECKING:
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.scripts import Script

#: Launchers, process groups, parameter servers, clusters, and what SageMaker tells a script of the other instances.
_AMONG_INSTANCES = re.compile(
    r"SM_HOSTS|SM_CURRENT_HOST|SM_RESOURCE_CONFIG|resourceconfig|resource_config|current_host|num_hosts|SM_MASTER"
    r"|MASTER_ADDR|WORLD_SIZE|world_size|LOCAL_RANK|local_rank|distribut|init_process_group|horovod|\bhvd\b|mpi4py|\bMPI\b"
    r"|mpirun|torchrun|deepspeed|accelerat|FSDP|FullyShard|fully_shard|num_nodes|nnodes|smdistributed|\bsmp\b|TF_CONFIG"
    r"|MultiWorker|ParameterServer|parameter_server|CollectiveAllReduce|kvstore|KVStore|\bray\b|\bdask\b|\brabit\b"
    r"|collective|pyspark|petastorm|torch_xla|neuronx|megatron|colossalai|composer|nemo|subprocess|os\.system|os\.exec"
)
#: The same for the GPUs of one instance, with libraries that take all of them by themselves.
_AMONG_GPUS = re.compile(
    r"DataParallel|Mirrored|device_map|parallelize|cuda:[1-9]|cuda\([1-9]|gpu:[1-9]|gpu\([1-9]|CUDA_VISIBLE_DEVICES"
    r"|device_count|n_gpu|num_gpu|NUM_GPUS|gpu_ids|\bgpus\b|multi_gpu|num_devices|\bdevices\b|list_physical_devices"
    r"|list_logical_devices|get_visible_devices|\bspawn\b|mp\.|multiprocessing|[Ll]ightning|\bpl\.|\bTrainer\b|Trainer\("
    r"|SFTTrainer|autogluon|fastai|ultralytics|detectron|mmdet|mmcv|jax|pmap|catalyst|ignite|nnabla|gluoncv|\bctx\b"
    r"|pipeline_parallel|tensor_parallel|GPipe|OneDeviceStrategy|\bTRL\b|axolotl|torchtune|unsloth|spacy|xgboost"
)
#: What spreads one model over several GPUs, or makes it so small to train that one is enough.
_SPLIT_MODEL = re.compile(
    r"smdistributed|modelparallel|\bsmp\b|\btsm\b|FSDP|fsdp|FullyShard|fully_shard|deepspeed|DeepSpeed|megatron|nemo|device_map"
    r"|parallelize|tensor_parallel|pipeline_parallel|DeviceMesh|GPipe|colossalai|neuronx|torch_xla|hivemind|accelerat"
    r"|peft|lora|LoRA|Lora|bitsandbytes|load_in_|quantiz|adapter|prompt_tuning|unsloth|torchtune|composer|galore"
)


def whole_script(job: Resource) -> Script | None:
    """The script of a job where all of the user's code that runs was read; ``None`` otherwise."""
    script = script_of(job)
    return script if script is not None and script.complete else None


def may_share_among_instances(text: str) -> bool:
    """Whether code may share its work with other instances."""
    return _AMONG_INSTANCES.search(text) is not None


def may_share_among_gpus(text: str) -> bool:
    """Whether code may use more than one GPU."""
    return may_share_among_instances(text) or _AMONG_GPUS.search(text) is not None


def may_split_model(text: str) -> bool:
    """Whether code may split a model over several GPUs, or train a small part of it only."""
    return _SPLIT_MODEL.search(text) is not None


def is_undistributed(job: Resource) -> bool:
    """Whether a job certainly has no distribution set, and is one cluster of equal instances with a plain launch."""
    if job.is_open or not job.setting("instance_groups").is_absent or job.local.constant is not False:
        return False
    distribution = job.setting("distribution")
    if not (distribution.is_absent or distribution.constant is False):
        return False
    command = job.setting("command").value
    if command is None:
        return True
    texts = [option.value if isinstance(option, Known) else None for option in options(command)]
    return all(text is None or (isinstance(text, str) and not may_share_among_instances(text)) for text in texts)


def shards_input(job: Resource) -> bool:
    """Whether anything in the program shards inputs, so that instances may do different work."""
    return job.program.mentions("ShardedByS3Key")
