"""Translation of the texts a user reads.

The texts in the code are English; resources/i18n holds a table of translations for each language. ``make
translations`` collects the texts: literals given to `tr`, `mark` and `say`, and the tables HELP and HELP_OF.
"""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from . import marking
from .paths import resource

CONTEXT = "SpecAware"


def tr(text: str) -> str:
    """The text in the language of QGIS."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


def install(locale: str = "") -> QTranslator | None:
    """Translate from now on; None where there is no translation into the language.

    Args:
        locale: such as "de" or "zh_CN"; QGIS' own if empty. A country without its own table takes its language's.
    """
    name = (locale or QgsApplication.locale()).replace("-", "_")
    for key in (name, name.split("_")[0]):
        path = resource("i18n", f"specaware_{key}.qm")
        translator = QTranslator()
        if path.is_file() and translator.load(str(path)):
            QCoreApplication.installTranslator(translator)
            marking.use(tr)
            return translator
    return None


def remove(translator: QTranslator | None) -> None:
    """Take an installed translation back."""
    if translator is not None:
        QCoreApplication.removeTranslator(translator)
        marking.use(None)
