"""XML of a stranger's file cannot grow or reach out."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

import pytest

from engine.raster.safe_xml import parse_xml

LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)) + "]><a>&a11;</a>"
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, OUTSIDE.replace("SYSTEM", "PUBLIC 'p'"),
                                  '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://x.invalid/">%p;]><a/>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_refused(text, encoding):
    with pytest.raises(ParseError):
        parse_xml(text.encode(encoding))


@pytest.mark.parametrize("data", [b"", b"<", b"<a>", b"\0", b"\xff\xfe",
                                  b'<?xml version="1.0" encoding="nonsense"?><a/>',
                                  b'<?xml version="1.0" encoding="utf-7"?><a/>', b"<a>\xff</a>",
                                  b"<a>" * 100_000])
def test_what_is_no_xml_is_refused(data):
    with pytest.raises(ParseError):
        parse_xml(data)


def test_plain_xml_is_read():
    assert parse_xml('<!DOCTYPE a><a><b>größer als 1 &lt; 2</b></a>'.encode()).findtext("b") == "größer als 1 < 2"
