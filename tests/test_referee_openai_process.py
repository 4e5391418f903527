"""The endpoint backend inside other people's processes: running loops, forks, threads, interrupts."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest
from helpers_openai import backend, chats, question, questions, table

from referee_calib.testing.endpoint import Endpoint

TESTS = os.path.dirname(__file__)  # noqa: PTH120
SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from helpers_openai import questions
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
referee = OpenAIBackend({url!r}, "fake", decoding=Decoding(rung="truncated"), concurrency=4)
"""


def started(endpoint, code):
    script = SCRIPT.format(tests=TESTS, url=endpoint.url) + code
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process, seconds=60):
    out, error = process.communicate(timeout=seconds)
    return process.returncode, out, error


def test_it_answers_inside_a_running_loop():
    async def trainer(referee):
        return table(referee.answers(questions(5)))

    with Endpoint() as endpoint:
        inside = asyncio.run(trainer(backend(endpoint)))
        assert inside == table(backend(endpoint).answers(questions(5)))


FORK = """
import os
first = {q.claim.id: r.distribution for q, r in referee.answers(questions(6))}
children = []
for number in range(2):
    pid = os.fork()
    if not pid:
        mine = {q.claim.id: r.distribution for q, r in referee.answers(questions(6))}
        os._exit(0 if mine == first else 7)
    children.append(pid)
again = {q.claim.id: r.distribution for q, r in referee.answers(questions(6))}
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
print(codes, again == first)
"""


def test_a_forked_worker_and_its_parent_both_go_on():
    with Endpoint(latency=0.01) as endpoint:
        code, out, error = ended(started(endpoint, FORK))
        assert (code, out.strip()) == (0, "[0, 0] True"), error


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_worker_processes_of_a_pool_may_use_it(method, tmp_path):
    script = tmp_path / "pool.py"
    with Endpoint() as endpoint:
        script.write_text(
            SCRIPT.format(tests=TESTS, url=endpoint.url)
            + "import multiprocessing\n"
            + "from helpers_openai import question\n"
            + "def one(number):\n    return referee.answer(question(number)).distribution\n"
            + "if __name__ == '__main__':\n"
            + "    here = [one(number) for number in range(4)]\n"
            + f"    with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
            + "        print(pool.map(one, range(4)) == here)\n"
        )
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout.strip() == "True", done.stderr


INTERRUPT = """
answered = 0
try:
    for _, reply in referee.answers(questions(400)):
        answered += 1
        print(answered, reply.status, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_an_interrupt_ends_it_and_what_was_paid_is_given_out():
    with Endpoint(latency=0.1) as endpoint:
        process = started(endpoint, INTERRUPT)
        for _ in range(8):
            assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        code, out, error = ended(process)
        assert code == 0, error
        lines = out.split("\n")
        assert "interrupted" in lines
        given = 8 + sum(line.endswith(" ok") for line in lines)
        assert given < 400
        # of what was asked, all came back but what was being cut off
        assert sum(paid for _, paid in chats(endpoint).values()) == given


def test_an_interrupt_does_not_wait_for_a_hanging_server():
    with Endpoint(faults=["hang,contains=<<<thing"]) as endpoint:
        process = started(endpoint, INTERRUPT)
        until = time.monotonic() + 30
        while endpoint.flying < 4:
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        code, out, error = ended(process, 20)
        assert (code, out.strip()) == (0, "interrupted"), error


def test_a_process_that_closes_nothing_still_ends_quietly():
    with Endpoint() as endpoint:
        code, out, error = ended(started(endpoint, "print(next(iter(referee.answers(questions(3))))[1].status)"))
        assert (code, out.strip(), error) == (0, "ok", "")


def test_a_question_asked_in_a_child_is_not_answered_on_the_parents_connection():
    with Endpoint() as endpoint:
        referee = backend(endpoint)
        referee.answer(question(0))
        parents = referee._running
        referee._pid = -1  # as a child process finds it
        assert referee.answer(question(1)).status == "ok"
        assert referee._running is not parents
        parents[0].close()
