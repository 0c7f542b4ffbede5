"""Page Engine: what runs the models, how it is installed, checked and repaired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ... import settings
from ...connection import diagnostics, session
from ...connection.install_plan import InstallPlan, check_base, find_base, find_gpu, find_uv
from ...connection.installer import HALF, MISSING, OUTDATED, READY, install, repair, state_of
from ...connection.tasks import BackgroundTask
from ...errors import EngineCancelled, EngineError, EngineMissing
from ...i18n import tr
from ...marking import mark
from ...paths import HOME
from ..folded import Folded
from ..jobs import Job
from ..page import Page
from ..runner import Runner
from ..style import muted
from .form import EngineForm, Machine

BUTTONS = {MISSING: mark("Install the engine"), HALF: mark("Go on installing"),
           OUTDATED: mark("Update the engine"), READY: mark("Repair the engine")}


class EnginePage(Page):
    """Installs nothing before it is asked to."""

    key, icon = "engine", "page_engine.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Engine")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>The models run in a process of their own, with their own Python. This page installs it into a folder "
            "beside QGIS' settings, or wherever you choose. It can be stopped at any time and goes on where it was; "
            "deleting the folder removes it.</p>"
            "<p>Without a network, choose a folder of packages that another computer has fetched with "
            "<code>pip download -r requirements.txt</code>.</p>"
            "<p>If something breaks, <b>Repair</b> installs what is missing, and makes the environment anew if that "
            "does not help. <b>Copy diagnostics</b> puts what a helper needs on the clipboard, without your name and "
            "passwords. While the engine works, <b>Installation</b> is folded: there is nothing to do.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """State, form, button."""
        self.state_text, self.form, self.runner = QLabel(), EngineForm(), Runner()
        self.detail = muted(QLabel())
        self.again, self.copy = QPushButton(tr("Check again")), QPushButton(tr("Copy diagnostics"))
        self._job: Job | None = None
        self._check: Job | None = None
        self._looked = False
        self._doctor: dict[str, Any] | None = None
        self._problem = ""
        self.state_text.setTextFormat(Qt.TextFormat.RichText)
        for label in (self.state_text, self.detail):
            label.setWordWrap(True)
        buttons = QHBoxLayout()
        for button in (self.again, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        box.addWidget(self.state_text)
        box.addWidget(self.detail)
        box.addLayout(buttons)
        box.addWidget(self._foldable(self.form, self.runner))
        self.again.clicked.connect(self.check)
        self.copy.clicked.connect(self._copy)
        self.form.changed.connect(self._refresh)
        self.form.use_python.connect(self.use)
        self.runner.started.connect(self.install)
        self.runner.cancelled.connect(self.cancel)
        self._refresh()

    def _foldable(self, *parts: QWidget) -> Folded:
        """The installation: folded while there is nothing to install or repair."""
        self.installation = Folded(tr("Installation"))
        # Unfolding shows all children, also hidden ones: so there is only one.
        whole = QWidget()
        for widget, inside in ((self.installation, (whole,)), (whole, parts)):
            box = QVBoxLayout(widget)
            box.setContentsMargins(0, 0, 0, 0)
            for part in inside:
                box.addWidget(part)
        return self.installation

    @property
    def running(self) -> bool:
        """Whether something is being installed."""
        return self._job is not None

    def install(self) -> None:
        """Install, go on, update or repair, whichever is due."""
        if self.running:
            return
        self.notice.hide()
        plan = self.form.plan()
        job = self._job = self.desk.jobs.compute(tr("Install the SpecAware engine"), lambda task: _work(task, plan))
        job.progressed.connect(self.runner.set_progress)
        job.messaged.connect(lambda text: self.runner.message.setText(text))
        job.logged.connect(self.runner.add_log)
        job.done.connect(lambda python: self._installed(python, plan))
        job.failed.connect(self._failed)
        self.form.setEnabled(False)
        self.runner.show_running()
        self.runner.log_button.setChecked(True)

    def cancel(self) -> None:
        """Stop; what has come stays, and the button goes on with it."""
        if self._job is not None:
            self._job.cancel()

    def use(self, python: str) -> None:
        """Let an existing Python run the engine."""
        if not python:
            self._say(EngineError(tr("No Python was chosen."), tr("Choose the program python of an environment.")))
            return
        settings.set_engine_python(python)
        self.desk.engine_changed.emit()
        self.check()

    def check(self) -> None:
        """Let the engine examine itself."""
        if self._check is not None:
            self._check.forget()  # perhaps of another Python
        self.state_text.setText(tr("Checking the engine …"))
        self.detail.hide()
        self._check = self.desk.jobs.check()
        self._check.done.connect(lambda found: self._checked(found, ""))
        self._check.failed.connect(lambda error: self._checked(None, _reason(error)))

    def tell(self, found: dict[str, Any] | None, error: EngineError | None = None) -> None:
        """What a check has found that somebody else asked for; None and why if there is no engine."""
        if self._check is None:
            self._checked(found, _reason(error) if error is not None else "")

    def entered(self) -> None:
        """The first time, look at the engine and at the machine."""
        # What was folded or unfolded while the page was hidden QGIS has not drawn.
        self.installation.setCollapsed(self.installation.isCollapsed())
        if self._looked:
            return
        self._looked = True
        if self._doctor is None and not self._problem:
            self.check()
        job = self.desk.jobs.compute(tr("Look at this machine"),
                                     lambda _: Machine(find_base(), find_uv(), find_gpu()))
        job.done.connect(self.form.show_machine)

    def diagnostics(self) -> str:
        """What a helper needs to know."""
        plan = self.form.plan()
        known = {"engine's Python": settings.engine_python() or "found by itself", "folder": str(plan.target),
                 "installed": state_of(plan), "base": str(plan.base), "uv": str(plan.uv),
                 "build": plan.build.key if plan.build else "", "proxy": "yes" if plan.extra_env else "no"}
        return diagnostics.report(self._doctor, self._problem, known,
                                  self.runner.log.toPlainText().splitlines())

    def _installed(self, python: str, plan: InstallPlan) -> None:
        self._settle()
        settings.set_engine_python(python)
        settings.set_install_folder(str(plan.target))
        self.notice.say("info", tr("The engine is ready."), tr("The page Data is a good place to begin."))
        self.desk.engine_changed.emit()
        self.check()

    def _failed(self, error: EngineError) -> None:
        self._settle()
        if isinstance(error, EngineCancelled):
            self.notice.say("info", tr("The installation was stopped."),
                            tr("What has come stays; go on when you like."))
        else:
            self._say(error)

    def _settle(self) -> None:
        self._job = None
        self.form.setEnabled(True)
        self.runner.show_idle()
        self._refresh()

    def _say(self, error: EngineError) -> None:
        self.notice.say("error", error.message, error.hint)

    def _checked(self, found: dict[str, Any] | None, problem: str) -> None:
        self._check, self._doctor, self._problem = None, found, problem
        self.installation.setCollapsed(self._is_well())
        if found is None:
            self.state_text.setText(f"<b>{tr('There is no engine yet.')}</b>")
            self.detail.setText(problem)
        else:
            problems = found.get("problems") or []
            state = tr("The engine is broken.") if problems else tr("The engine is ready.")
            self.state_text.setText(f"<b>{state}</b>")
            told = [str(p.get("message", "")) for p in problems]
            about = (f"SpecAware {found.get('engine')} · Python {found.get('python')} · PyTorch {found.get('torch')} "
                     f"· {found.get('device')}")
            self.detail.setText("\n".join(told or [about, str(found.get("executable", ""))]))
        self.detail.show()
        self._refresh()

    def _is_well(self) -> bool:
        """Whether the engine works, and is not one of ours that the plugin has outgrown."""
        plan = self.form.plan()
        outdated = state_of(plan) == OUTDATED and settings.engine_python() == str(plan.python)
        return self._doctor is not None and not self._doctor.get("problems") and not outdated

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.diagnostics())
        self.notice.say("info", tr("The diagnostics are on the clipboard."))

    def _refresh(self) -> None:
        self.runner.button.setText(tr(BUTTONS[state_of(self.form.plan())]))
        self.runner.set_missing(self.form.missing())


def _reason(error: EngineError) -> str:
    """Why there is no engine; where one can simply be installed, this page is the hint."""
    return error.message if isinstance(error, EngineMissing) and error.by_hand else error.text()


def _work(task: BackgroundTask, plan: InstallPlan) -> str:
    """Runs on another thread; returns the new environment's Python."""
    session.stop()  # a running engine would hold files that are about to be replaced
    if plan.uv is None and plan.base is not None:
        check_base(plan.base)
    act = repair if state_of(plan) == READY else install

    def progress(share: float, text: str) -> None:
        task.setProgress(100 * share)
        task.messaged.emit(text)

    engine = act(plan, Path(HOME), lambda line: task.logged.emit("info", line), progress, task.isCanceled)
    return str(engine.python)
