"""A QGIS style that draws a score from a threshold upward, and nothing below."""

from __future__ import annotations

from collections.abc import Sequence

from .legend_files import STYLE_MARK

# From just above the threshold to the highest scores: yellow to dark red, readable over an image and in greyscale.
RAMP = ("#fee391", "#fec44f", "#fe9929", "#d95f0e", "#7f1d04")


def ramp_qml(threshold: float, top: float, colors: Sequence[str] = RAMP) -> str:
    """A style for band 1.

    Args:
        threshold: lowest value drawn.
        top: value of the last colour.
        colors: ``#rrggbb`` of evenly spaced values.
    """
    step = (max(top, threshold * 1.001 + 1e-6) - threshold) / (len(colors) - 1)
    values = [threshold + i * step for i in range(len(colors))]
    items = [f'          <item value="{value:.6g}" color="{color}" alpha="255" label="{value:.3g}"/>'
             for value, color in zip(values, colors, strict=True)]
    return "\n".join([
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>", STYLE_MARK,
        '<qgis version="3.22.0" styleCategories="Symbology">', "  <pipe>",
        f'    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor="" '
        f'classificationMin="{values[0]:.6g}" classificationMax="{values[-1]:.6g}">',
        "      <rasterTransparency>", "        <singleValuePixelList>",
        f'          <pixelListEntry min="-1e30" max="{threshold:.9g}" percentTransparent="100"/>',
        "        </singleValuePixelList>", "      </rasterTransparency>", "      <rastershader>",
        '        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" '
        f'minimumValue="{values[0]:.6g}" maximumValue="{values[-1]:.6g}">', *items,
        "        </colorrampshader>", "      </rastershader>", "    </rasterrenderer>", "  </pipe>",
        "  <blendMode>0</blendMode>", "</qgis>", ""])
