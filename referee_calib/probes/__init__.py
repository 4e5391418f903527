"""Exploit probes: replies that try to be paid for nothing, and what a reward pays for them.

``base`` says what a probe is, ``places``, ``words``, ``many`` and ``written`` hold them, ``catalogue`` lists them.
``starts`` finds true evidence in a study, ``paying`` asks any reward, ``bench`` remembers, ``gains`` measures, and
``run``, ``summary`` and ``files`` make of it what ``referee-calib probe`` leaves behind.
"""

from referee_calib.probes.base import Probe, Reply, Start
from referee_calib.probes.bench import Bench
from referee_calib.probes.catalogue import PROBES, chosen, from_json
from referee_calib.probes.gains import Gain, Limits, gain
from referee_calib.probes.paying import Payer
from referee_calib.probes.writing import write

__all__ = [
    "PROBES",
    "Bench",
    "Gain",
    "Limits",
    "Payer",
    "Probe",
    "Reply",
    "Start",
    "chosen",
    "from_json",
    "gain",
    "write",
]
