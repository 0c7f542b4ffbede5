import pytest

from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.training.few_labels import scene_classifier
from engine.training.fine_tuning import baseline as tune_baseline
from engine.training.fine_tuning import finetune
from tests.scenes import scene

__all__ = ["scene"]


@pytest.fixture(scope="module")
def small_training():
    """Models learn as little as they can: it is not what they learn that is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in ((scene_classifier, "REPEATS", 1), (tune_baseline, "TREES", 5),
                                    (finetune, "VIEWS", 1), (finetune, "MIN_STEPS_FROZEN", 2)):
            patch.setattr(module, name, value)
        yield


@pytest.fixture(scope="module")
def saved_map(scene, tmp_path_factory):
    """A folder with ``map.tif`` and the model that made it, ``m.safetensors``."""
    folder = tmp_path_factory.mktemp("saved_map")
    request = classify.ClassifyRequest(str(scene.image), str(folder / "map.tif"), labels=str(scene.polygons),
                                       class_field="kind", weights=str(scene.weights), device="cpu",
                                       save_model=str(folder / "m.safetensors"))
    classify.run(request, SilentReporter())
    return folder
