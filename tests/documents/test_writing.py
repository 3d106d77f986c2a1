"""A file is replaced wholly or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from sagegreen.documents.writing import write_atomically


def test_content_changes_and_mode_stays(tmp_path):
    path = tmp_path / "run.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.py"]


def test_a_link_stays_a_link(tmp_path):
    target = tmp_path / "real" / "run.py"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "run.py"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(tmp_path):
    path = tmp_path / "run.py"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    write_atomically(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(OSError, match="regular file"):
        write_atomically(tmp_path, b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_readable_for_whom_the_umask_says(tmp_path):
    path = tmp_path / "new.py"
    other = tmp_path / "other.py"
    write_atomically(path, b"new")
    other.write_bytes(b"new")
    assert path.stat().st_mode == other.stat().st_mode
