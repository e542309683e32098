"""What a notebook shows of a score: its picture and a player."""
from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING

from .errors import Error

if TYPE_CHECKING:
    from .score import Score


def _player(score: Score) -> str:
    try:
        sound = base64.b64encode(score.to_bytes("ogg")).decode()
    except Error as error:
        return f"<p>No player: {html.escape(str(error))}</p>"
    return f'<audio controls src="data:audio/ogg;base64,{sound}"></audio>'


def page(score: Score) -> str:
    """HTML that needs nothing beside it."""
    picture = base64.b64encode(score.to_bytes("svg")).decode()
    return (f'<img src="data:image/svg+xml;base64,{picture}" style="width: 100%; background: white" '
            f'alt="{html.escape(score.title, quote=True)}">{_player(score)}')
