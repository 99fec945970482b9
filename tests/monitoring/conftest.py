from tests.sequencer.conftest import made  # noqa: F401 - found by its name
