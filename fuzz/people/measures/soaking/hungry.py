"""A target like another one, whose worker eats memory when somebody wants that."""

from __future__ import annotations

import os
from typing import Final

from fuzz.people.address import target_at
from fuzz.people.attended import Attended
from fuzz.people.measures.soaking.hunger import TARGET_VARIABLE, maybe_eat

TARGET: Final = Attended(target_at(os.environ[TARGET_VARIABLE]), maybe_eat)
