"""Signatures of certificates, made and checked by ``ssh-keygen`` or ``minisign``.

A certificate's SHA-256 shows accidents only: who edits the file can hash it anew. A signature lies beside it, as
``CERT.json.sig`` (SSH) or ``CERT.json.minisig``, and is worth what the reader's own list of signers is worth.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from referee_calib.errors import InputError

NAMESPACE = "referee-calib-certificate"
SSH, MINISIGN = ".sig", ".minisig"
UNSIGNED = "it is unsigned: whoever edits it can make its sha256 fit; sign it with referee-calib certify --sign KEY"
UNCHECKED = "it is signed, and nobody checked by whom: pass signers="


def sign(path: Path, key: Path) -> Path:
    """Sign a certificate with a private key of ssh-keygen or minisign and return the signature's file.

    Raises
    ------
    InputError
        When there is no such key, the tool is not installed, or it refuses.
    """
    remove_signatures(path)
    if is_minisign(key, secret=True):
        target = _beside(path, MINISIGN)
        _run("minisign", "-S", "-s", key, "-m", path, "-x", target, what=f"key {key}")
        return target
    _run("ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", NAMESPACE, path, what=f"key {key}")
    return _beside(path, SSH)


def check_key(key: Path) -> None:
    """Stop before the work when a key cannot sign."""
    if not key.is_file():
        raise InputError(f"key {key}", "there is no such file", 'Make one: ssh-keygen -t ed25519 -f KEY -C "your name"')
    if key.suffix == ".pub":
        raise InputError(
            f"key {key}", "a public key cannot sign", f"Give the private one: --sign {key.with_suffix('')}"
        )
    tool("minisign" if is_minisign(key, secret=True) else "ssh-keygen")


def remove_signatures(path: Path) -> None:
    """Remove what signed an earlier content of a file."""
    for suffix in (SSH, MINISIGN):
        _beside(path, suffix).unlink(missing_ok=True)


def signature_caution(path: Path, signers: Path | None) -> str:
    """Check a certificate's signature and return what whoever trains with it must know; "" for a known signer.

    Parameters
    ----------
    path : Path
        The certificate.
    signers : Path, optional
        Whom the reader trusts: an ``allowed_signers`` file of ssh-keygen, or a public key of ssh-keygen or minisign.

    Raises
    ------
    InputError
        When signers are given and none of them signed this very file.
    """
    ssh, mini = _beside(path, SSH), _beside(path, MINISIGN)
    there = ssh.is_file() or mini.is_file()
    if signers is None:
        return UNCHECKED if there else UNSIGNED
    if not signers.is_file():
        raise InputError(f"signers {signers}", "there is no such file")
    if not there:
        why = "signers are named, and no signature lies beside it"
        raise InputError(
            f"certificate {path}", why, f"Put {ssh.name} back, or sign it: referee-calib certify --sign KEY"
        )
    if is_minisign(signers):
        _run("minisign", "-V", "-q", "-p", signers, "-m", path, "-x", mini, what=f"certificate {path}")
    else:
        _check_ssh(path, ssh, signers)
    return ""


def _check_ssh(path: Path, signature: Path, signers: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = signers.read_text(encoding="utf-8")
        if text.startswith(("ssh-", "ecdsa-", "sk-")):  # a public key alone: one signer of any name
            (Path(folder) / "signers").write_text(f"* {text}", encoding="utf-8")
            signers = Path(folder) / "signers"
        what = f"certificate {path}"
        by = _run("ssh-keygen", "-Y", "find-principals", "-s", signature, "-f", signers, what=what).split("\n")[0]
        verify = ("ssh-keygen", "-Y", "verify", "-f", signers, "-I", by, "-n", NAMESPACE, "-s", signature)
        _run(*verify, what=what, reads=path)


def is_minisign(key: Path, *, secret: bool = False) -> bool:
    """Tell a key of minisign from one of ssh-keygen: its file begins with an untrusted comment."""
    try:
        head = key.read_bytes()[:200]
    except OSError as error:
        raise InputError(f"key {key}", str(error)) from error
    return head.startswith(b"untrusted comment:") and (not secret or b"secret" in head or b"encrypted" in head)


def tool(name: str) -> str:
    """Return the path of a tool that signs."""
    found = shutil.which(name)
    if found is None:
        package = {"ssh-keygen": "openssh-client", "minisign": "minisign"}[name]
        raise InputError(
            f"{name} is not installed", "it makes and checks signatures", f"Type: apt-get install {package}"
        )
    return found


def _run(name: str, *arguments: str | Path, what: str, reads: Path | None = None) -> str:
    command = [tool(name), *map(str, arguments)]
    given = reads.read_bytes() if reads is not None else None
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        action = "could not sign" if "sign" in arguments or "-S" in arguments else "does not confirm its signature"
        raise InputError(what, f"{name} {action}: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace").strip()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
