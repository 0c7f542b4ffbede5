"""Page Data: the scene, what is known of it, and how the map shows it."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from ... import label_layer
from ...i18n import tr
from ...paths import resource
from ..desk import can_be_scene
from ..page import Page
from ..scene_box import SceneBox
from ..style import muted, plain, section
from .facts import Facts
from .picture import Picture


class DataPage(Page):
    """The first page: everything else uses the scene chosen here."""

    key, icon = "data", "page_data.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Data")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Choose the hyperspectral scene that all pages work on. SpecAware reads wavelengths, widths, bad bands, "
            "sensor and level from the file and says where each came from. Correct what is wrong: every job uses your "
            "corrections, and the project keeps them.</p>"
            "<p>The buttons under <b>Picture</b> find the bands by wavelength. On the strip, bands that are not used "
            "are short and grey; hold the cursor on a band to learn why.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Chooser, facts, picture."""
        self.scene: QgsMapLayerComboBox = SceneBox(self.desk)
        self.open, self.sample = QToolButton(), QPushButton(tr("Load the sample scene"))
        self.empty, self.state_label = plain(QLabel()), muted(QLabel())
        # The sample's layers while its bands are not known: then they are shown as the eye sees them.
        self._sample_id = self._later_id = ""
        self.facts, self.picture, self.picture_title = Facts(self.desk), Picture(self.desk), section(tr("Picture"))
        self.open.setIcon(QgsApplication.getThemeIcon("/mActionFileOpen.svg"))
        self.open.setToolTip(tr("Open a scene …"))
        self.open.setAccessibleName(tr("Open a scene …"))
        self.open.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.empty.setText(tr("There is no hyperspectral scene in the project yet. Open one (EnMAP, PRISMA, EMIT, "
                              "AVIRIS, HyMap … any raster whose bands have wavelengths), or try the sample."))
        self.empty.setWordWrap(True)
        self.state_label.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.scene, 1)
        row.addWidget(self.open)
        form = QFormLayout()
        form.setHorizontalSpacing(self.facts.form.horizontalSpacing())
        form.addRow(plain(QLabel(tr("Scene"))), row)
        # The choosers of this form and of the facts below stand in one line.
        form.itemAt(0, QFormLayout.ItemRole.LabelRole).widget().setMinimumWidth(self.facts.label_width())
        box.addLayout(form)
        for widget in (self.empty, self.sample, self.state_label, self.facts, self.picture_title, self.picture):
            box.addWidget(widget)
        self.open.clicked.connect(self._choose_file)
        self.sample.clicked.connect(self._load_sample)
        self.desk.inspection.changed.connect(self._refresh)
        self.desk.scene_changed.connect(self.picture.unchoose)
        self.picture.applied.connect(self.facts.strip.mark)
        self.picture.applied.connect(lambda _: self._show_later_alike())
        self.picture.failed.connect(lambda error: self.notice.say("error", error.message, error.hint))
        self._refresh()

    def state(self) -> dict[str, Any]:
        """The picture's own wavelengths; scene and corrections are the desk's."""
        return {"custom_nm": [spin.value() for spin in self.picture.waves]}

    def restore(self, state: dict[str, Any]) -> None:
        """Take the wavelengths back."""
        kept = state.get("custom_nm")
        if isinstance(kept, list) and len(kept) == 3 and all(isinstance(value, int) for value in kept):
            for spin, value in zip(self.picture.waves, kept):
                spin.setValue(value)

    def _refresh(self) -> None:
        inspection, has_scene = self.desk.inspection, self.desk.layer is not None
        self.empty.setVisible(not has_scene)
        self.sample.setVisible(not has_scene)
        self.facts.setVisible(has_scene)
        self.picture_title.setVisible(has_scene)
        self.picture.setVisible(has_scene)
        self.state_label.setText(tr("Reading what the file says …") if inspection.pending else "")
        self.state_label.setVisible(inspection.pending)
        self.facts.show_facts(inspection.value)
        self.picture.show_bands(inspection.value["bands"] if inspection.value is not None else None)
        if inspection.value is not None and self.desk.layer.id() == self._sample_id:
            self._sample_id = ""  # once: afterwards the user chooses
            self.picture.choose("natural")
        if inspection.error is not None:
            self.notice.say("error", inspection.error.message, inspection.error.hint)
        else:
            self.notice.hide()

    def _show_later_alike(self) -> None:
        """Give the sample's later scene the colours of the first."""
        later, self._later_id = QgsProject.instance().mapLayer(self._later_id), ""
        if isinstance(later, QgsRasterLayer):
            later.setRenderer(self.desk.layer.renderer().clone())

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a hyperspectral scene"))
        if path:
            self.open_scene(path)

    def open_scene(self, path: str, name: str = "") -> None:
        """Add a raster to the project, by default named as its file, and make it the scene."""
        layer = QgsRasterLayer(path, name or path.replace("\\", "/").rsplit("/", 1)[-1])
        if not can_be_scene(layer):
            self.notice.say("error", tr("{} is not a raster with at least 4 bands that QGIS can open.").format(path),
                            tr("Choose the image file itself, for ENVI the one without .hdr."))
            return
        QgsProject.instance().addMapLayer(layer)
        self.desk.set_layer(layer)

    def _load_sample(self) -> None:
        self.open_scene(str(resource("sample", "scene.tif")), tr("sample scene"))
        labels = QgsVectorLayer(str(resource("sample", "labels.gpkg")), tr("sample labels"), "ogr")
        if labels.isValid():
            field = label_layer.CLASS_FIELD
            label_layer.set_classes(labels, field, label_layer.classes_of(labels, field))
            QgsProject.instance().addMapLayer(labels)
        later = QgsRasterLayer(str(resource("sample", "later.tif")), tr("sample, later"))
        if later.isValid():
            QgsProject.instance().addMapLayer(later, False)
            QgsProject.instance().layerTreeRoot().addLayer(later).setExpanded(False)
            self._later_id = later.id()
        layer = self.desk.layer
        if layer is not None:
            self._sample_id = layer.id()
            self.desk.canvas.setDestinationCrs(layer.crs())
            self.desk.canvas.setExtent(layer.extent())
            self.desk.canvas.refresh()
