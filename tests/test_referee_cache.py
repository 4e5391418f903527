"""What was paid for is kept: through kills, two writers, a full disk and a damaged file."""

import logging
import os
import pickle
import resource
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from referee_calib.errors import InputError
from referee_calib.referee import Reply
from referee_calib.referee.cache import reply_cache as store
from referee_calib.referee.cache.reply_cache import ReplyCache, default_path, open_cache

REPLY = Reply(text="3", distribution=(0.1, 0.0, 0.2, 0.6, 0.05), seconds=0.25, tokens=321, rung="exact")


SCRIPT = """
import logging, os, resource, signal, sys, time
from referee_calib.referee import Reply
from referee_calib.referee.cache.reply_cache import ReplyCache
logging.basicConfig(stream=sys.stdout)
"""


def script(code, *arguments):
    """Start a process of its own that runs the code."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", SCRIPT + code, *map(str, arguments)], text=True, **pipes)


@pytest.fixture
def cache(tmp_path):
    with ReplyCache(tmp_path / "deep" / "replies.sqlite") as made:
        yield made


def test_a_reply_comes_back_as_it_was(cache):
    cache.put("k1", REPLY, {"claim": "c1"})
    cache.link([("s1", "k1")])
    cache.put("k2", Reply(text="no idea \ud83d ü", expected=2.25))
    assert cache.get("k1") == REPLY
    assert cache.get("k2") == Reply(text="no idea \ud83d ü", expected=2.25)
    assert cache.get("k3") is None
    assert cache.get_many(["s1", "k1", "s2"]) == {"s1": REPLY}
    assert len(cache) == 2


def test_a_failure_is_not_kept(cache):
    for status in ("error", "refused", "unparsed", "unsupported"):
        cache.put("k", Reply(status=status, reason="x"))
    cache.link([("s", "k")])
    assert cache.get("k") is None
    assert cache.get_many(["s"]) == {}


def test_more_shortcuts_than_one_statement_takes(cache):
    for i in range(1201):
        cache.put(f"k{i}", Reply(text=str(i)))
    cache.link((f"s{i}", f"k{i}") for i in range(1201))
    found = cache.get_many(f"s{i}" for i in range(1300))
    assert len(found) == 1201
    assert found["s1200"].text == "1200"


def test_it_is_there_after_the_process_was_killed(tmp_path):
    path = tmp_path / "r.sqlite"
    code = "ReplyCache(sys.argv[1]).put('k', Reply(text='4')); os.kill(os.getpid(), signal.SIGKILL)"
    killed = script(code, path)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    with ReplyCache(path) as cache:
        assert cache.get("k") == Reply(text="4")


def test_two_writers_lose_nothing(tmp_path):
    path = tmp_path / "r.sqlite"
    with ReplyCache(path) as first, ReplyCache(path) as second:

        def write(cache, name):
            for i in range(200):
                cache.put(f"{name}{i}", Reply(text=name))

        threads = [threading.Thread(target=write, args=pair) for pair in ((first, "a"), (second, "b"), (first, "c"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(first) == len(second) == 600


def test_a_full_disk_is_said_once_and_the_rest_goes_on(cache, caplog):
    cache.put("before", Reply(text="1"))
    connection = cache._open()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says SQLITE_FULL, as on a full disk
    for i in range(40):
        cache.put(f"k{i}", Reply(text="x" * 3000))
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "took no more replies" in caplog.text
    assert "scoring goes on" in caplog.text
    assert cache.get("before") == Reply(text="1")


def test_a_real_limit_of_the_system_is_a_full_disk_too(tmp_path):
    code = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "cache = ReplyCache(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))\n"
        "for i in range(100): cache.put(f'k{i}', Reply(text='x' * 10_000))\n"
        "print('went on', cache.get('k0') is not None)\n"
    )
    out, error = script(code, tmp_path / "r.sqlite").communicate()
    assert (out.count("WARNING"), error) == (1, "")
    assert out.endswith("went on True\n")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 200_000


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\7" * 5000, b"SQLite for"])
def test_a_damaged_file_is_moved_aside_and_said(tmp_path, caplog, content):
    path = tmp_path / "r.sqlite"
    path.write_bytes(content)
    with ReplyCache(path) as cache:
        cache.put("k", Reply(text="2"))
        assert cache.get("k") == Reply(text="2")
    aside = [one for one in tmp_path.iterdir() if ".damaged-" in one.name]
    assert [one.read_bytes() for one in aside] == [content]
    assert "was moved to" in caplog.text


@pytest.mark.parametrize("content", ["Remember the milk.\n", "no database at all" * 100])
def test_a_file_that_was_never_a_database_is_refused_and_let_be(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(InputError, match=r"notes\.txt: it is no cache\. Name another file"):
        ReplyCache(path)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]
    assert path.read_text() == content


def test_an_empty_file_becomes_a_cache(tmp_path):
    (tmp_path / "r.sqlite").touch()
    with ReplyCache(tmp_path / "r.sqlite") as cache:
        cache.put("k", REPLY)
        assert cache.get("k") == REPLY


def test_a_file_that_others_open_is_tried_again(tmp_path, monkeypatch, caplog):
    locked = sqlite3.OperationalError("database is locked")
    locked.sqlite_errorname = "SQLITE_BUSY"
    failing, connect = [locked] * 3, store._connect

    def crowded(path):
        if failing:
            raise failing.pop()
        return connect(path)

    monkeypatch.setattr(store, "_connect", crowded)
    with ReplyCache(tmp_path / "r.sqlite") as cache:
        cache.put("k", REPLY)
        assert cache.get("k") == REPLY
    assert not caplog.messages


def test_a_file_that_stays_locked_is_given_up_after_a_while(tmp_path, monkeypatch, caplog):
    path = tmp_path / "r.sqlite"
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with ReplyCache(path) as cache:
            assert cache.get("k") is None
        other.rollback()
    assert "could not be opened (database is locked)" in caplog.text


def test_several_processes_may_make_one_new_cache_at_once(tmp_path):
    code = (
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with ReplyCache(sys.argv[1]) as cache: cache.put(sys.argv[2], Reply(text='1'))\n"
    )
    for trial in range(4):
        path = tmp_path / f"{trial}.sqlite"
        makers = [script(code, path, i) for i in range(4)]
        assert [one.stdout.readline() for one in makers] == ["ready\n"] * 4
        for one in makers:
            one.stdin.write("go\n")
            one.stdin.flush()
        assert [one.communicate(timeout=60)[0] for one in makers] == [""] * 4  # nobody had to say anything
        with ReplyCache(path) as cache:
            assert len(cache) == 4


def test_damage_that_shows_later_costs_the_cache_and_not_the_run(tmp_path, caplog):
    path = tmp_path / "r.sqlite"
    with ReplyCache(path) as cache:
        for i in range(400):
            cache.put(f"k{i:04}", Reply(text="x" * 500))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))  # the first page, and rubbish after it
    with ReplyCache(path) as cache:
        assert cache.get("k0100") is None
        cache.put("k0100", Reply(text="again"))
        assert cache.get("k0100") == Reply(text="again")
    assert "is damaged" in caplog.text


def test_what_is_no_cache_is_refused_at_the_door(tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()
    with pytest.raises(InputError, match="something else"):
        ReplyCache(other)
    with pytest.raises(InputError, match="cannot be opened"):
        ReplyCache(tmp_path)
    newer = tmp_path / "newer.sqlite"
    ReplyCache(newer).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(InputError, match="newer"):
        ReplyCache(newer)


def test_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.delenv("REFEREE_CALIB_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert default_path() == tmp_path / "home" / "referee-calib" / "replies.sqlite"
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "elsewhere.sqlite"))
    assert default_path() == tmp_path / "elsewhere.sqlite"
    opened = open_cache()
    assert opened is not None
    assert opened.path == tmp_path / "elsewhere.sqlite"
    opened.close()
    assert open_cache("none") is None
    monkeypatch.setenv("REFEREE_CALIB_CACHE", "none")
    assert open_cache() is None


def test_it_crosses_processes(cache):
    cache.put("k", Reply(text="3"))
    copied = pickle.loads(pickle.dumps(cache))
    assert copied.get("k") == Reply(text="3")
    copied.close()
    child = os.fork()
    if not child:
        cache.put("from the child", Reply(text="1"))
        os._exit(0 if cache.get("k") == Reply(text="3") else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert cache.get("from the child") == Reply(text="1")
