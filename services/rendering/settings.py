"""Settings of the rendering service, from the environment with the prefix FAKTURA_RENDERING_."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RenderingSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_RENDERING_",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        extra="ignore",
        frozen=True,
    )

    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Child processes; each renders one document at a time."""
    engine: Literal["weasyprint", "blank"] = "weasyprint"
    """`blank` renders every document as the same empty page. Only for `bench pipeline --without-rendering`."""
    timeout_s: float = Field(20.0, gt=0)
    """A child that takes longer for a document is killed."""
    start_timeout_s: float = Field(60.0, gt=0)
    """How long a child may take to load WeasyPrint and the fonts."""
    recycle_after: int = Field(1000, ge=1)
    """Documents after which a child is replaced, so that no leak can grow for ever."""
    memory_mb: int = Field(1536, ge=256)
    """Address space of a child."""
    font_dirs: tuple[Path, ...] = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    """Folders that are searched for the pinned fonts, in this order."""
