"""The files beside a class map that carry names and colours: GDAL's .aux.xml and QGIS' .qml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr  # nosec B406  # they write XML and parse none

from .legend import ClassInfo

# Type and usage numbers of GDAL's raster attribute table (GDALRATFieldType, GDALRATFieldUsage in gdal.h).
INTEGER, TEXT = 0, 2
STYLE_MARK = "<!-- classes of a SpecAware map -->"
GENERIC_NAME, PIXEL_COUNT, MIN_MAX, RED, GREEN, BLUE = 2, 1, 5, 6, 7, 8


def aux_path(path: Path) -> Path:
    """Where GDAL looks for the metadata it keeps beside an image."""
    return path.with_name(path.name + ".aux.xml")


def style_path(path: Path) -> Path:
    """Where QGIS looks for the default style of a layer."""
    return path.with_suffix(".qml")


def may_replace_style(path: Path) -> bool:
    """False if there is a style at ``path`` that we did not write: labels.qml of labels.gpkg beside labels.tif, say."""
    return not path.exists() or STYLE_MARK.encode() in path.read_bytes()


def aux_xml(classes: Sequence[ClassInfo], counts: Mapping[int, int] | None = None) -> str:
    """GDAL metadata with category names and a raster attribute table.

    Args:
        classes: the map's classes.
        counts: pixels of each class id, for a column of counts.
    """
    by_id = {info.id: info for info in classes}
    names = [by_id[i].name if i in by_id else "" for i in range(max(by_id, default=0) + 1)]
    fields = [("Value", INTEGER, MIN_MAX), ("Class", TEXT, GENERIC_NAME), ("Red", INTEGER, RED),
              ("Green", INTEGER, GREEN), ("Blue", INTEGER, BLUE)]
    rows: list[list[object]] = [[i, by_id[i].name, *by_id[i].color] for i in sorted(by_id)]
    if counts is not None:
        fields.append(("Count", INTEGER, PIXEL_COUNT))
        rows = [[*row, int(counts.get(i, 0))] for i, row in zip(sorted(by_id), rows, strict=True)]
    return "\n".join([
        "<PAMDataset>", '  <PAMRasterBand band="1">', "    <CategoryNames>",
        *(f"      <Category>{_text(name)}</Category>" for name in names),
        "    </CategoryNames>", '    <GDALRasterAttributeTable tableType="thematic">',
        *(f'      <FieldDefn index="{at}"><Name>{name}</Name><Type>{kind}</Type><Usage>{usage}</Usage></FieldDefn>'
          for at, (name, kind, usage) in enumerate(fields)),
        *_row_lines(rows),
        "    </GDALRasterAttributeTable>", "  </PAMRasterBand>", "</PAMDataset>", ""])


def _row_lines(rows: Iterable[Sequence[object]]) -> list[str]:
    return [f'      <Row index="{at}">{"".join(f"<F>{_text(str(cell))}</F>" for cell in row)}</Row>'
            for at, row in enumerate(rows)]


def qml(classes: Sequence[ClassInfo]) -> str:
    """A QGIS style that draws the classes in their colours, named."""
    entries = (f'        <paletteEntry value="{c.id}" color="#{bytes(c.color).hex()}" alpha="255" '
               f'label={quoteattr(_printable(c.name))}/>' for c in classes)
    return "\n".join([
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>", STYLE_MARK,
        '<qgis version="3.22.0" styleCategories="Symbology">', "  <pipe>",
        '    <rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">',
        "      <rasterTransparency/>", "      <colorPalette>", *entries, "      </colorPalette>",
        "    </rasterrenderer>", "  </pipe>", "  <blendMode>0</blendMode>", "</qgis>", ""])


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char if char.isprintable() else " " for char in text)


def _text(text: str) -> str:
    return escape(_printable(text))
