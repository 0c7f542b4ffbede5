"""Short words of the engine that pages show while it works and beside what it found, so that they can be translated.

The engine speaks English. What stands here goes through ``i18n.tr`` where it is shown; its sentences, such as warnings
and errors, stay as they are, but for the options of the command line that they name.
"""

from __future__ import annotations

import re

from .marking import mark

# Where a fact about a scene comes from.
SOURCES = (
    mark("given by the user"), mark("named in the file"), mark("georeference of the file"), mark("band metadata"),
    mark("ENVI metadata of the bands"), mark("IMAGERY metadata of the bands"), mark("ENVI header"), mark("band names"),
    mark("guessed from the value range"), mark("estimated from the band spacing"), mark("not known"), mark("assumed"),
)

# What a job does now.
STEPS = (
    mark("opening the image"), mark("opening the images"), mark("aligning the images"), mark("comparing"),
    mark("classifying both dates"), mark("learning the scene"), mark("spatial cross-validation"),
    mark("learning from all labels"), mark("reading labelled pixels"), mark("mapping"), mark("looking for chips"),
    mark("reading chips"), mark("choosing the heads"), mark("looking for telling places"), mark("hiding bands"),
    mark("reading the map"), mark("done"),
)

# What the engine's hints call by an option of the command line, and where the panel has it; the first that fits.
_PLACES = tuple((re.compile(option), place) for option, place in (
    (r"--wavelengths( TABLE\.csv)?", "the pencil beside Bands on the page Data"),
    (r"--sensor( NAME)?", "Sensor on the page Data"),
    (r"--level (L\d)", r"Level \1 on the page Data"),
    (r"--gsd", "Pixel size on the page Data"),
    (r"--correct-shift", "“Correct the shift”"),
    (r"Allow more with --memory, or map", "Map"),
    (r"; --force [^.]*", ""),
    (r" \((train )?--[^()]*\)", ""),
))


def in_panel(text: str) -> str:
    """A sentence of the engine for who sees the panel and no command line."""
    for option, place in _PLACES:
        text = option.sub(place, text)
    return text
