"""Short words of the engine that pages show while it works and beside what it found, so that they can be translated.

The engine speaks English. What stands here goes through ``i18n.tr`` where it is shown; its sentences, such as warnings
and errors, stay as they are.
"""

from __future__ import annotations

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
