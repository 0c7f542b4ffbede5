import pytest

from engine.bench.document import fill
from engine.errors import InputError


def test_only_the_named_place_is_filled_and_can_be_filled_again(tmp_path):
    path = tmp_path / "d.md"
    path.write_text("# Title\n<!-- a -->\nold\n<!-- end of a -->\nmiddle\n<!-- b -->\n<!-- end of b -->\nlast\n")
    fill(path, "a", r"| 1 | \2 |")
    fill(path, "b", "second\n")
    expected = ("# Title\n<!-- a -->\n| 1 | \\2 |\n<!-- end of a -->\nmiddle\n<!-- b -->\nsecond\n<!-- end of b -->\n"
                "last\n")
    assert path.read_text() == expected
    fill(path, "b", "second")
    assert path.read_text() == expected
    with pytest.raises(InputError, match="no place for c"):
        fill(path, "c", "x")
