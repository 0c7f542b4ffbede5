import pytest

from engine.reporting import CallbackReporter
from engine.spectral.bands import SensorMeta
from engine.tasks import warm
from engine.tasks.change import task as change
from engine.tasks.explain import task as explain
from engine.tasks.sensor_note import tell_sensor
from tests.scenes import PLACE

BY_BANDS = "described to the model by its bands alone"


@pytest.fixture
def heard():
    yield []
    warm.forget_scene()


def reporter(lines):
    return CallbackReporter(lambda *_: None, lambda _, text: lines.append(text))


@pytest.mark.parametrize(("name", "told"), [("EnMAP", True), ("unknown", True), ("AVIRIS-NG", False),
                                            ("AVIRIS-3", False)])
def test_a_sensor_that_the_model_does_not_know_is_said(heard, name, told):
    tell_sensor(SensorMeta(name, "L2", 30), reporter(heard))
    assert len(heard) == 1
    assert (BY_BANDS in heard[0]) == told
    assert f"Sensor {name}, level L2, 30 m" in heard[0]


def test_explain_says_it(heard, scene):
    explain.run(explain.ExplainRequest(str(scene.image), weights=str(scene.weights), points=(PLACE @ (30.5, 40.5),),
                                       device="cpu", sensor="EnMAP"), reporter(heard))
    assert any(BY_BANDS in line for line in heard)


def test_change_says_it_of_both_images(heard, scene, tmp_path):
    later = tmp_path / "later.tif"
    later.write_bytes(scene.image.read_bytes())
    change.run(change.ChangeRequest(str(scene.image), str(later), str(tmp_path / "c.tif"), weights=str(scene.weights),
                                    before_sensor="EnMAP", after_sensor="PRISMA", device="cpu"), reporter(heard))
    assert [line.split(",")[0] for line in heard if BY_BANDS in line] == ["Sensor EnMAP", "Sensor PRISMA"]
