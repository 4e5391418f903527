"""What the servers ask of their process."""

import json
import os
import platform
import subprocess
import sys

import pytest

from annotate_app.process_resources import FILES, POOLS

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="limits as Linux and glibc have them")

# Threads that hold memory at the same time and meet: each would have a pool of its own.
POOLS_OF_THREADS = """
import ctypes, re, tempfile, threading
from annotate_app.process_resources import share_freed_memory
share_freed_memory()
libc, all_there = ctypes.CDLL(None), threading.Barrier(16)
libc.malloc.restype = ctypes.c_void_p
def hold():
    all_there.wait()
    for _ in range(50):
        libc.malloc(ctypes.c_size_t(5000))
    all_there.wait()
threads = [threading.Thread(target=hold) for _ in range(16)]
[one.start() for one in threads], [one.join() for one in threads]
with tempfile.NamedTemporaryFile() as file:
    libc.fopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
    libc.fclose.argtypes = (ctypes.c_void_p,)
    written = libc.fopen(file.name.encode(), b"w")
    libc.malloc_info(0, written), libc.fclose(written)
    print(len(re.findall(r"<heap nr", open(file.name).read())))
"""
FILES_OF_A_PROCESS = """
import json, resource
from annotate_app.process_resources import allow_many_files
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {most}))
allow_many_files()
print(json.dumps(resource.getrlimit(resource.RLIMIT_NOFILE)))
"""

# Of a hundred megabytes a hundredth stays in use, scattered, so that no whole end of a pool is free.
MEMORY_OF_A_PROCESS = """
import asyncio, time
from annotate_app.process_resources import freed_memory_returned
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
async def main():
    held = [bytes(5000) for _ in range(20_000)]
    held = held[::100]
    before, until = resident(), time.monotonic() + 20
    async with freed_memory_returned(every=0.05):
        while before - resident() < 60 and time.monotonic() < until:
            await asyncio.sleep(0.02)
    print(round(before - resident()))
asyncio.run(main())
"""


def printed(code, **stated):
    """Run code in a process of its own, in which nothing is stated but what is named here."""
    own = {name: value for name, value in os.environ.items() if name not in ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**own, **stated})
    return json.loads(done.stdout)


def test_threads_share_pools_unless_it_is_stated_otherwise():
    assert printed(POOLS_OF_THREADS) <= POOLS
    assert printed(POOLS_OF_THREADS, MALLOC_ARENA_MAX="6") > POOLS


def test_free_memory_goes_back_to_the_system():
    assert printed(MEMORY_OF_A_PROCESS) >= 60


@pytest.mark.parametrize(("most", "raised"), [(512, 512), (64, 64), (FILES + 1000, FILES)])
def test_more_files_may_be_open_as_far_as_the_system_lets(most, raised):
    assert printed(FILES_OF_A_PROCESS.format(most=most)) == [raised, most]
