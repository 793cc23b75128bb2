"""A run folder is there whole or not at all, and never takes the place of something else."""

import pytest

from adopt.errors import InputError
from adopt.ledger.manifest import write_manifest
from adopt.ledger.run_folder import new_run


def write_some(draft):
    (draft / "a.txt").write_text("a")
    write_manifest(draft, data=draft, products=None, inputs=[], settings={}, seed=0)


def stop_half_way(folder):
    with new_run(folder, overwrite=True) as draft:
        (draft / "a.txt").write_text("half")
        raise RuntimeError


def test_a_finished_run_takes_its_name(tmp_path):
    with new_run(tmp_path / "deep" / "run") as draft:
        write_some(draft)
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == ["run"]
    assert (tmp_path / "deep" / "run" / "a.txt").read_text() == "a"


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError):
        stop_half_way(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_earlier_run(tmp_path):
    with new_run(tmp_path / "run") as draft:
        write_some(draft)
    with pytest.raises(RuntimeError):
        stop_half_way(tmp_path / "run")
    assert (tmp_path / "run" / "a.txt").read_text() == "a"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_earlier_run_is_replaced_only_when_told(tmp_path):
    with new_run(tmp_path / "run") as draft:
        write_some(draft)
    with pytest.raises(InputError, match="--overwrite"), new_run(tmp_path / "run"):
        pass
    with new_run(tmp_path / "run", overwrite=True) as draft:
        write_some(draft)
        (draft / "b.txt").write_text("b")
    assert (tmp_path / "run" / "b.txt").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    other = tmp_path / "letters"
    other.mkdir()
    (other / "love.txt").write_text("x")
    with pytest.raises(InputError, match="other files"), new_run(other, overwrite=True):
        pass
    assert (other / "love.txt").exists()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "run").write_text("x")
    with pytest.raises(InputError, match="is a file"), new_run(tmp_path / "run"):
        pass
