"""Where the models lie that ship with the project."""

from pathlib import Path


def shipped_model(name: str) -> Path:
    """Return the folder of a model that ships with the project, in a checkout or installed."""
    package = Path(__file__).parent
    inside, beside = package / "models" / name, package.parent / "models" / name
    return inside if inside.is_dir() else beside
