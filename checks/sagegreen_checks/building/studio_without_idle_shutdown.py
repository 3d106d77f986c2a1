"""SG202: Studio apps that run on when nobody uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import Code, constant_code, replace, write_settings
from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import Attribute, Elements, Known, Mapped, Value, options
from sagegreen_checks.building.rehearsals import is_rehearsal
from sagegreen_checks.training.comments import comments_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

#: The shortest time that the service accepts (botocore, shape ``IdleTimeoutInMinutes``: 60 to 525600).
TIMEOUT = 60

#: The apps that have idle settings: the setting's name, the app's, the class of its settings in version 3.
_APPS = (
    ("jupyter_lab", "JupyterLab", "JupyterLabAppSettings"),
    ("code_editor", "Code Editor", "CodeEditorAppSettings"),
)
_SHAPES = {"sagemaker.core": "sagemaker.core.shapes", "sagemaker_core": "sagemaker_core.main.shapes"}

#: Idle settings or start-up scripts that other calls, or other files, give to domains, profiles and spaces.
_ELSEWHERE = r"IdleSettings|idle_settings|LifecycleConfigArns?|lifecycle_config_arns?|create_studio_lifecycle_config"
_ELSEWHERE_TEXT = re.compile(_ELSEWHERE)
_ELSEWHERE_BYTES = re.compile(_ELSEWHERE.encode())
_DELETING_APPS = re.compile(rb"\bdelete[-_]app\b")
_DELETING_DOMAINS = re.compile(rb"\bdelete[-_]domain\b")

_UPDATES = frozenset({"update_domain", "update_user_profile"})

_NAMES = {"boto3": ("IdleSettings", "LifecycleManagement"), "v3core": ("IdleSettings", "lifecycle_management")}


class StudioWithoutIdleShutdown(Check):
    """A Studio domain has no idle settings, so the apps of its users run until somebody stops them.

    ## What it does

    Reports a SageMaker Studio domain (`create_domain` of boto3, `Domain.create` of version 3 of the SDK) whose default
    user settings hold idle settings neither for JupyterLab nor for Code Editor, at the call that creates it; and idle
    settings of a domain or a user profile, created or updated, that switch the shutdown off (`LifecycleManagement` is
    `DISABLED`), at that value, unless a comment there says why.

    User profiles and spaces take over what their domain says, so one without idle settings of its own is not reported:
    the domain is. It says nothing of domains without a Studio portal, of domains that hide both apps, where a start-up
    script (`LifecycleConfigArns`) is given, which is how apps were stopped before idle settings existed, or where other
    code of the project gives idle settings, or deletes apps but not the domain; nor in tests.

    ## Why it wastes

    A JupyterLab or Code Editor app holds an instance of its own. Without idle settings it draws power, and is billed,
    over nights and weekends, for every user of the domain.

    ## Example

    ```python
    import boto3

    client = boto3.client("sagemaker")
    client.create_domain(
        DomainName="analytics",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": "arn:aws:iam::111122223333:role/StudioRole"},
        VpcId="vpc-0a1b2c3d4e5f67890",
        SubnetIds=["subnet-0a1b2c3d4e5f67890"],
    )
    ```

    ## Use instead

    ```python
    import boto3

    idle = {"AppLifecycleManagement": {"IdleSettings": {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 60}}}

    client = boto3.client("sagemaker")
    client.create_domain(
        DomainName="analytics",
        AuthMode="IAM",
        DefaultUserSettings={
            "ExecutionRole": "arn:aws:iam::111122223333:role/StudioRole",
            "JupyterLabAppSettings": idle,
            "CodeEditorAppSettings": idle,
        },
        VpcId="vpc-0a1b2c3d4e5f67890",
        SubnetIds=["subnet-0a1b2c3d4e5f67890"],
    )
    ```

    ## Fix safety

    The fix is unsafe: an app is then shut down after 60 minutes without activity, the shortest time that the service
    accepts, and what is only in its memory is lost; files on its volume stay. What counts as activity is SageMaker's
    definition. Choose a longer time where people need it. `assume = ["studio-idle-shutdown"]` silences the rule where
    Terraform or CDK sets this.

    ## What it cannot see

    Settings that are changed in the console, Studio Classic (`JupyterServer`, `KernelGateway`), RStudio and Canvas,
    which have no idle settings, and whether custom images support the shutdown.

    The guidance names an auto-shutdown extension of Jupyter. That one is for Studio Classic, in which no apps can be
    created any more; idle settings took its place.

    Only boto3 and the core resources create Studio domains; other classes of the SDK have no call for it.

    ## References

    - [Idle shutdown of Studio apps](https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html)
    - [IdleSettings in the API](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_IdleSettings.html)
    - [Studio Classic](https://docs.aws.amazon.com/sagemaker/latest/dg/studio.html)
    """

    code: ClassVar[str] = "SG202"
    name: ClassVar[str] = "studio-without-idle-shutdown"
    practices: ClassVar[tuple[str, ...]] = ("idle-studio-shutdown",)
    dialects: ClassVar[tuple[str, ...]] = ("v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    assumable: ClassVar[tuple[str, ...]] = ("studio-idle-shutdown",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for studio in program.of_kind("studio"):
            if any(studio.setting(f"{app}_idle_shutdown").constant == "ENABLED" for app, _, _ in _APPS):
                yield self.followed(studio.place, "idle apps are shut down")

    def check_studio(self, studio: Resource) -> Iterable[Finding]:
        """Report a domain without idle settings, and every shutdown that is switched off."""
        if is_rehearsal(studio.program):
            return
        yield from self._switched_off(studio)
        if _is_domain(studio) and _is_without(studio) and not _is_cared_for(studio.program):
            idle, switch = _NAMES[studio.api]
            yield self.finding(
                studio.place,
                f"The default user settings of the Studio domain hold no `{idle}`, neither for JupyterLab nor for Code "
                "Editor: the apps of its users run, billed, until somebody stops them. Set "
                f'`{switch}` to "ENABLED" with a time',
                Fix.unsafe(
                    f"Shut idle JupyterLab and Code Editor apps down after {TIMEOUT} minutes, the shortest time that "
                    "the service accepts",
                    _idle_settings(studio),
                ),
            )

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report updates that switch a shutdown off."""
        if is_rehearsal(program):
            return
        for call in program.trace.calls:
            if call.foreign or call.excluded or not _is_update(program, call):
                continue
            for idle in (found for argument in call.arguments for found in _idle_settings_in(argument.value)):
                switch = idle.entries.get("LifecycleManagement")
                place = _literal(program, switch.value if switch is not None else None, "DISABLED")
                if place is None or comments_at(place):
                    continue
                edits = replace(place, constant_code(place.parsed_cell, "ENABLED"))
                timed = "IdleTimeoutInMinutes" in idle.entries
                yield self.finding(
                    place,
                    "The update switches the idle shutdown off: apps run, billed, until somebody stops them",
                    Fix.unsafe("Shut idle apps down after the time that is given", edits)
                    if timed
                    else Fix.advice("Shut idle apps down, after a time of your choice"),
                )

    def _switched_off(self, studio: Resource) -> Iterator[Finding]:
        for app, title, _ in _APPS:
            setting = studio.setting(f"{app}_idle_shutdown")
            if setting.constant != "DISABLED" or setting.place is None or comments_at(setting.place):
                continue
            wanted: dict[str, Writable] = {f"{app}_idle_shutdown": "ENABLED"}
            time = f" after {TIMEOUT} minutes, the shortest time that the service accepts"
            if studio.setting(f"{app}_idle_timeout").is_absent:
                wanted[f"{app}_idle_timeout"] = TIMEOUT
            elif not studio.setting(f"{app}_idle_timeout").is_unknown:
                time = " after the time that is given"
            yield self.finding(
                _reported(studio, app),
                f"The idle shutdown of {title} is switched off: apps run, billed, until somebody stops them",
                Fix.unsafe(f"Shut idle {title} apps down{time}", write_settings(studio, wanted)),
            )


def _reported(studio: Resource, app: str) -> Place:
    setting = studio.setting(f"{app}_idle_shutdown")
    if setting.place is not None and studio.program.owns(setting.place.parsed_cell):
        return setting.place
    return setting.argument_value or studio.place


# -- updates ----------------------------------------------------------------------------------------


def _is_update(program: Program, call: Call) -> bool:
    return any(
        isinstance(callee, Attribute)
        and callee.name in _UPDATES
        and any(kind.service == "sagemaker" for kind in program.types.of(callee.base))
        for callee in options(call.callee)
    )


def _idle_settings_in(value: Value) -> Iterator[Mapped]:
    """The idle settings in a request."""
    for option in options(value):
        if isinstance(option, Mapped):
            for key, entry in option.entries.items():
                if key == "IdleSettings":
                    yield from (idle for idle in options(entry.value) if isinstance(idle, Mapped))
                else:
                    yield from _idle_settings_in(entry.value)


def _literal(program: Program, value: Value | None, text: str) -> Place | None:
    """Where a value is written that is certainly a given text, in this module."""
    if not isinstance(value, Known) or value.value != text or value.origin is None:
        return None
    mine = program.owns(value.origin.cell)
    return Place(value.origin.cell, value.origin.node) if mine else None


# -- when a domain is without -----------------------------------------------------------------------


def _is_domain(studio: Resource) -> bool:
    return studio.form.method == "create_domain" or studio.target.endswith(".Domain.create")


def _is_without(studio: Resource) -> bool:
    """Whether the default user settings certainly leave idle settings out, of apps that users can open."""
    if studio.is_open or studio.setting("user_settings").is_absent:
        return False
    absent = [f"{app}_idle" for app, _, _ in _APPS]
    if not all(studio.setting(name).is_absent for name in (*absent, "lifecycle", "built_in_lifecycle")):
        return False
    portal = studio.setting("portal")
    return (portal.is_absent or portal.constant == "ENABLED") and not _may_hide_both(studio)


def _may_hide_both(studio: Resource) -> bool:
    hidden = studio.setting("hidden_apps")
    if hidden.is_absent or hidden.value is None:
        return False
    for value in options(hidden.value):
        if not isinstance(value, Elements) or not value.complete:
            return True
        if not all(isinstance(item, Known) for item in value.items):
            return True
        names = {item.value for item in value.items if isinstance(item, Known)}
        if {"JupyterLab", "CodeEditor"} <= names:
            return True
    return False


def _is_cared_for(program: Program) -> bool:
    """Whether other calls of the program, or other files, stop apps or say when they stop."""
    if any(_ELSEWHERE_TEXT.search(cell.source) for cell in program.module.module.cells):
        return True
    if program.project.mentions(_ELSEWHERE_BYTES):
        return True
    names = {
        callee.name for call in program.trace.calls for callee in options(call.callee) if isinstance(callee, Attribute)
    }
    apps = "delete_app" in names or program.project.mentions(_DELETING_APPS)
    return apps and not ("delete_domain" in names or program.project.mentions(_DELETING_DOMAINS))


# -- the fix ----------------------------------------------------------------------------------------


def _idle_settings(studio: Resource) -> tuple[Edit, ...] | None:
    values: dict[str, Writable] = {}
    for app, _, shape in _APPS:
        if studio.setting(app).is_absent:
            values[app] = _code(studio, 0, shape)
        elif studio.setting(f"{app}_lifecycle").is_absent:
            values[f"{app}_lifecycle"] = _code(studio, 1, shape)
        else:
            values[f"{app}_idle"] = _code(studio, 2, shape)
    return write_settings(studio, values)


def _code(studio: Resource, level: int, shape: str) -> Code:
    """Idle settings with what is missing around them: from the app's settings, its life, or themselves on."""
    cell = studio.place.parsed_cell
    enabled = constant_code(cell, "ENABLED")
    if studio.api == "boto3":
        names = [constant_code(cell, name) for name in ("AppLifecycleManagement", "IdleSettings")]
        inner = (
            f"{{{{{constant_code(cell, 'LifecycleManagement')}: {enabled}, "
            f"{constant_code(cell, 'IdleTimeoutInMinutes')}: {TIMEOUT}}}}}"
        )
        for name in reversed(names[level:]):
            inner = f"{{{{{name}: {inner}}}}}"
        return Code(inner)
    module = _SHAPES[studio.target.partition(".resources")[0].removesuffix(".main")]
    inner = f"{{IdleSettings}}(lifecycle_management={enabled}, idle_timeout_in_minutes={TIMEOUT})"
    outer = ((shape, "app_lifecycle_management"), ("AppLifecycleManagement", "idle_settings"))[level:]
    for name, parameter in reversed(outer):
        inner = f"{{{name}}}({parameter}={inner})"
    return Code(inner, ((module, "IdleSettings"), *((module, name) for name, _ in outer)))
