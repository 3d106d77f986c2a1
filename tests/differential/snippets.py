"""Turns of Python that give a constant, as text: ``RIGHT`` is it, ``WRONG`` another one, ``_N`` a number of their own.

After ``=>`` stands the expression that is the constant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from writing import Writer

SNIPPETS = [
    part.strip()
    for part in '''
a_N = b_N = RIGHT
=> b_N
---
(a_N, (b_N, c_N)) = (1, (RIGHT, WRONG))
=> b_N
---
a_N, *b_N = [WRONG, RIGHT, WRONG]
=> b_N[0]
---
x_N = WRONG
try:
    x_N = WRONG
    raise ValueError(x_N)
except ValueError:
    x_N = RIGHT
=> x_N
---
x_N = RIGHT
try:
    int("no number")
    x_N = WRONG
except ValueError:
    pass
=> x_N
---
try:
    x_N = WRONG
finally:
    x_N = RIGHT
=> x_N
---
x_N = WRONG
try:
    pass
except ValueError:
    x_N = WRONG
else:
    x_N = RIGHT
=> x_N
---
for i_N in range(3):
    if i_N == 5:
        break
else:
    x_N = RIGHT
=> x_N
---
x_N = WRONG
for i_N in range(3):
    if i_N < 2:
        continue
    x_N = RIGHT
=> x_N
---
x_N = WRONG
for i_N, y_N in enumerate([WRONG, RIGHT]):
    if i_N:
        x_N = y_N
=> x_N
---
x_N = None
for y_N in (RIGHT, WRONG):
    x_N = x_N or y_N or RIGHT
    if x_N is not None:
        break
x_N = RIGHT
=> x_N
---
x_N = WRONG
while True:
    x_N = RIGHT
    break
=> x_N
---
n_N = 0
x_N = WRONG
while n_N < 3:
    n_N += 1
    if n_N == 3:
        x_N = RIGHT
=> x_N
---
def f_N():
    yield RIGHT
    yield WRONG
=> next(f_N())
---
def f_N():
    yield WRONG
    yield RIGHT
=> list(f_N())[1]
---
def f_N(x=None):
    if x is None:
        x = RIGHT
    return x
=> f_N()
---
def f_N(x=None):
    x = x if x is not None else WRONG
    return x
=> f_N(RIGHT)
---
def f_N(x, kept={}):
    kept.setdefault("x", x)
    return kept["x"]
f_N(RIGHT)
=> f_N(WRONG)
---
def f_N(x, kept=[]):
    kept.append(x)
    return kept[0]
f_N(RIGHT)
=> f_N(WRONG)
---
def f_N(**given):
    given["x"] = RIGHT
    return given
=> f_N(x=WRONG)["x"]
---
def f_N(**given):
    y = given.pop("x", WRONG)
    return y
=> f_N(x=RIGHT, y=2)
---
def f_N(*given):
    return given[-1]
=> f_N(WRONG, RIGHT)
---
def f_N(n):
    return RIGHT if n == 0 else f_N(n - 1)
=> f_N(3)
---
def f_N():
    return WRONG
def f_N():
    return RIGHT
=> f_N()
---
def f_N():
    return WRONG
g_N = f_N
def f_N():
    return g_N() and RIGHT if False else RIGHT
=> f_N()
---
if os.environ.get("NOT_SET_N"):
    def f_N():
        return WRONG
else:
    def f_N():
        return RIGHT
=> f_N()
---
fs_N = [lambda: x_N for x_N in (WRONG, RIGHT)]
x_N = WRONG
=> fs_N[0]()
---
fs_N = []
for x_N in (WRONG, RIGHT):
    fs_N.append(lambda: x_N)
=> fs_N[0]()
---
fs_N = []
for x_N in (RIGHT, WRONG):
    fs_N.append(lambda x=x_N: x)
=> fs_N[0]()
---
x_N = RIGHT
def f_N():
    x_N = WRONG
    return x_N
f_N()
=> x_N
---
x_N = RIGHT
[x_N for x_N in [WRONG]]
=> x_N
---
class C_N:
    x = WRONG
C_N.x = RIGHT
=> C_N().x
---
class C_N:
    x = WRONG
c_N = C_N()
C_N.x = RIGHT
=> c_N.x
---
class C_N:
    x = WRONG
    def __init__(self):
        self.x = RIGHT
=> C_N().x
---
class C_N:
    def __init__(self, x):
        self.y = x
    @property
    def x(self):
        return self.y
    @x.setter
    def x(self, value):
        self.y = value
c_N = C_N(WRONG)
c_N.x = RIGHT
=> c_N.y
---
class B_N:
    def get(self):
        return WRONG
class C_N(B_N):
    def get(self):
        super().get()
        return RIGHT
=> C_N().get()
---
class B_N:
    def __init__(self, x=WRONG):
        self.x = x
class C_N(B_N):
    def __init__(self, **given):
        super().__init__(x=RIGHT, **given)
=> C_N().x
---
class C_N:
    def __call__(self):
        return RIGHT
=> C_N()()
---
class C_N:
    def __getitem__(self, key):
        return RIGHT
=> C_N()["x"]
---
class C_N:
    def __getattr__(self, name):
        return RIGHT
=> C_N().anything
---
class C_N:
    kept = {}
    def put(self, x):
        self.kept["x"] = x
C_N().put(WRONG)
C_N().put(RIGHT)
=> C_N().kept["x"]
---
class C_N:
    @classmethod
    def make(cls, x=WRONG):
        made = cls()
        made.x = x
        return made
=> C_N.make(RIGHT).x
---
class C_N:
    @staticmethod
    def get(x=RIGHT):
        return x
=> C_N.get()
---
class C_N:
    def with_x(self, x):
        self.x = x
        return self
=> C_N().with_x(WRONG).with_x(RIGHT).x
---
class C_N:
    def __enter__(self):
        return RIGHT
    def __exit__(self, *error):
        return None
with C_N() as x_N:
    pass
=> x_N
---
import contextlib
@contextlib.contextmanager
def f_N():
    yield RIGHT
with f_N() as x_N:
    pass
=> x_N
---
from dataclasses import dataclass
@dataclass
class C_N:
    x: object = WRONG
    y: object = None
    def __post_init__(self):
        self.y = RIGHT
=> C_N().y
---
from dataclasses import dataclass, field
@dataclass
class C_N:
    x: list = field(default_factory=lambda: [RIGHT, WRONG])
=> C_N().x[0]
---
from dataclasses import dataclass, field
@dataclass
class C_N:
    x: dict = field(default_factory=dict)
c_N = C_N()
c_N.x["a"] = RIGHT
C_N().x["a"] = WRONG
=> c_N.x["a"]
---
inner_N = {"x": WRONG}
outer_N = {"inner": inner_N}
inner_N["x"] = RIGHT
=> outer_N["inner"]["x"]
---
a_N = {"inner": {"x": WRONG}}
b_N = dict(a_N)
b_N["inner"]["x"] = RIGHT
=> a_N["inner"]["x"]
---
import copy
a_N = {"inner": {"x": RIGHT}}
b_N = copy.deepcopy(a_N)
b_N["inner"]["x"] = WRONG
=> a_N["inner"]["x"]
---
a_N = {"x": WRONG, "y": RIGHT}
a_N["x"] = a_N.pop("y")
=> a_N["x"]
---
a_N = {"x": WRONG}
a_N.clear()
a_N["x"] = RIGHT
=> a_N.get("x")
---
a_N = {"x": WRONG}
del a_N["x"]
=> a_N.get("x", RIGHT)
---
a_N = {"x": WRONG}
a_N.clear()
=> a_N.get("x", RIGHT)
---
a_N = dict.fromkeys(["x", "y"], RIGHT)
=> a_N["y"]
---
a_N = {"x": RIGHT}
=> a_N.popitem()[1]
---
a_N = {"a": WRONG, "b": RIGHT}
=> list(a_N.values())[-1]
---
from collections import defaultdict
a_N = defaultdict(lambda: RIGHT)
=> a_N["x"]
---
from collections import ChainMap
a_N = ChainMap({"x": RIGHT}, {"x": WRONG})
=> a_N["x"]
---
from collections import OrderedDict
a_N = OrderedDict(x=WRONG)
a_N["x"] = RIGHT
=> a_N["x"]
---
from types import MappingProxyType
a_N = MappingProxyType({"x": RIGHT})
=> a_N["x"]
---
a_N = {}
for k_N, v_N in {"x": RIGHT, "y": WRONG}.items():
    a_N[k_N] = v_N
=> a_N["x"]
---
a_N = {k: v for k, v in zip(["x", "y"], [RIGHT, WRONG])}
=> a_N["x"]
---
a_N = {"x": WRONG, "y": WRONG}
for k_N in ["x", "y"]:
    a_N[k_N] = RIGHT
=> a_N["x"]
---
a_N = {"x": None}
a_N["x"] = a_N["x"] or RIGHT
=> a_N["x"] if a_N["x"] is not None else RIGHT
---
a_N = [WRONG]
a_N.insert(0, RIGHT)
=> a_N[0]
---
a_N = [WRONG]
a_N.extend([RIGHT])
=> a_N[-1]
---
a_N = [WRONG, RIGHT]
a_N.reverse()
=> a_N[0]
---
a_N = [WRONG, RIGHT]
a_N.remove(WRONG)
=> a_N[0]
---
a_N = [WRONG, RIGHT]
del a_N[0]
=> a_N[0]
---
a_N = [WRONG, RIGHT]
a_N.pop(0)
=> a_N[0]
---
a_N = [WRONG]
a_N.clear()
a_N.append(RIGHT)
=> a_N[0]
---
a_N = [WRONG]
a_N[:] = [RIGHT]
=> a_N[0]
---
a_N = [RIGHT] * 2
=> a_N[1]
---
a_N = [WRONG, RIGHT]
=> a_N[::-1][0]
---
a_N = [WRONG, RIGHT]
=> list(reversed(a_N))[0]
---
a_N = [WRONG]
b_N = a_N
b_N += [RIGHT]
=> a_N[-1]
---
a_N = [WRONG]
b_N = a_N
b_N = b_N + [WRONG]
a_N.append(RIGHT)
=> a_N[1]
---
a_N = []
for y_N in (WRONG, RIGHT):
    a_N.append(y_N)
=> a_N[-1]
---
a_N = [(0, WRONG), (1, RIGHT)]
=> max(a_N, key=lambda pair: pair[0])[1]
---
a_N = [(1, RIGHT), (0, WRONG)]
=> sorted(a_N, key=lambda pair: pair[0])[1][1]
---
a_N = [x for x in (WRONG, RIGHT) if x != WRONG]
=> a_N[0]
---
a_N = list(map(lambda x: RIGHT, [WRONG]))
=> a_N[0]
---
a_N = list(filter(lambda x: x != WRONG, [WRONG, RIGHT]))
=> a_N[0]
---
import functools
=> functools.reduce(lambda a, b: b, [WRONG, RIGHT])
---
import itertools
=> list(itertools.chain([WRONG], [RIGHT]))[1]
---
import operator
=> operator.itemgetter("x")({"x": RIGHT})
---
x_N = WRONG
if isinstance(x_N, (str, int, bool)):
    x_N = RIGHT
=> x_N
---
x_N = WRONG
if any([False, True]) and all([True, 1]):
    x_N = RIGHT
=> x_N
---
x_N = WRONG
if 1 < 2 < 3:
    x_N = RIGHT
=> x_N
---
x_N = RIGHT
if 3 < 2 < 5 or "a" in "b":
    x_N = WRONG
=> x_N
---
x_N = WRONG
if (n_N := len([1, 2])) == 2:
    x_N = RIGHT
=> x_N
---
x_N = RIGHT
if len(sys.argv) > 3000:
    x_N = WRONG
=> x_N
---
os.environ["NAME_N"] = "b"
x_N = WRONG
if os.environ.get("NAME_N", "a") == "b":
    x_N = RIGHT
=> x_N
---
stage_N = os.environ.get("STAGE_N", "dev")
x_N = {"dev": RIGHT, "prod": WRONG}[stage_N]
=> x_N
---
stage_N = os.environ.get("STAGE_N", "dev")
x_N = {"prod": WRONG}.get(stage_N, RIGHT)
=> x_N
---
class C_N:
    pass
c_N = C_N()
c_N.__dict__["x"] = RIGHT
=> c_N.x
---
class C_N:
    x = WRONG
c_N = C_N()
c_N.__dict__.update(x=RIGHT)
=> c_N.x
---
class C_N:
    x = WRONG
c_N = C_N()
vars(c_N)["x"] = RIGHT
=> c_N.x
---
class C_N:
    x = WRONG
c_N = C_N()
for k_N, v_N in {"x": RIGHT}.items():
    setattr(c_N, k_N, v_N)
=> c_N.x
---
class C_N:
    def __init__(self, **given):
        self.__dict__.update(given)
=> C_N(x=RIGHT).x
---
class C_N:
    def __init__(self, **given):
        for k, v in given.items():
            setattr(self, k, v)
=> C_N(x=RIGHT).x
---
class C_N(dict):
    pass
c_N = C_N(x=WRONG)
c_N["x"] = RIGHT
=> c_N["x"]
---
import logging as dict_N
from types import SimpleNamespace
s_N = SimpleNamespace(x=WRONG)
s_N.x = RIGHT
=> s_N.x
---
from enum import Enum
class E_N(str, Enum):
    A = "a"
    B = "b"
=> {E_N.A: WRONG, E_N.B: RIGHT}[E_N("b")]
---
x_N = RIGHT
def f_N(x_N):
    x_N = WRONG
f_N(x_N)
=> x_N
---
a_N = {"x": RIGHT}
def f_N(a):
    a = {"x": WRONG}
    return a
f_N(a_N)
=> a_N["x"]
---
a_N = {"x": WRONG}
def f_N(a):
    a.update(x=RIGHT)
f_N(a_N)
=> a_N["x"]
---
def outer_N():
    found = {"x": WRONG}
    def inner():
        found["x"] = RIGHT
    inner()
    return found
=> outer_N()["x"]
---
import threading
a_N = {"x": WRONG}
t_N = threading.Thread(target=lambda: a_N.update(x=RIGHT))
t_N.start()
t_N.join()
=> a_N["x"]
---
import asyncio
async def f_N():
    return RIGHT
=> asyncio.run(f_N())
---
import json
text_N = json.dumps({"x": RIGHT})
=> json.loads(text_N)["x"]
---
import functools
@functools.lru_cache
def f_N(x=RIGHT):
    return x
=> f_N()
---
def twice_N(function):
    def inner(*args):
        return RIGHT
    return inner
@twice_N
def f_N():
    return WRONG
=> f_N()
'''.split("---\n")
]  # fmt: skip
_NUMBERED = re.compile(r"_N\b")


def snippet(writer: Writer, right: str, wrong: str) -> str:
    """Write one of the turns; the expression that is the constant ``right``."""
    chosen = writer.choose.one(SNIPPETS)
    body, _, result = chosen.rpartition("=> ")
    number = f"_{writer.choose.number()}"

    def filled(text: str) -> str:
        return _NUMBERED.sub(number, text).replace("RIGHT", right).replace("WRONG", wrong)

    if body.strip():
        writer.write(filled(body.strip()))
    return f"({filled(result)})"
