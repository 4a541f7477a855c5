"""Files on their way into the workspace: announced, uploaded as raw bytes, completed. Sharing one is a message."""

from dataclasses import dataclass

from bot.demo.slack_server.block_rules import Json


@dataclass(slots=True, kw_only=True)
class File:
    id: str
    name: str
    size: int  # bytes, as announced
    title: str = ""
    content: bytes | None = None  # None until the bytes have come
    is_complete: bool = False

    def render(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": self.size,
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "is_external": False,
        }
