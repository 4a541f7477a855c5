"""The script that most people would write first: requests, the ORM for each execution, a post inline for a failure."""

from pathlib import Path

import requests
from slack_sdk import WebClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PAGE = 1000


class Base(DeclarativeBase):
    """Of this script's one table."""


class Execution(Base):
    """A run, by the API's id."""

    __tablename__ = "executions"

    job_execution_id: Mapped[str] = mapped_column(primary_key=True)
    workflow_id: Mapped[str]
    status: Mapped[str]
    start_date: Mapped[str | None]
    end_date: Mapped[str | None]


class Naive:
    """`cycle` reads everything and returns how many workflows there were."""

    def __init__(self, port: int, folder: Path) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._session = requests.Session()
        self._engine = create_engine(f"sqlite:///{folder / 'naive.db'}")
        self._slack = WebClient("xoxb-1", base_url=f"{self._base}/slack/")
        self._is_first = True
        Base.metadata.create_all(self._engine)

    def cycle(self) -> int:
        workflows = self._get("/api/v1/workflows")
        with Session(self._engine) as session:
            for workflow in workflows:
                for run in self._get(f"/api/v1/workflows/{workflow['workflowId']}/executions"):
                    self._record(session, workflow, run)
        self._is_first = False
        return len(workflows)

    def _record(self, session: Session, workflow: dict[str, str], run: dict[str, str]) -> None:
        known = session.get(Execution, run["jobExecutionId"])
        before = known.status if known else None
        if known is None:
            known = Execution(job_execution_id=run["jobExecutionId"], workflow_id=workflow["workflowId"])
            session.add(known)
        known.status, known.start_date, known.end_date = run["status"], run.get("startDate"), run.get("endDate")
        session.commit()
        if run["status"] == "FAILED" and before != "FAILED" and not self._is_first:
            self._slack.chat_postMessage(channel="C1", text=f"{workflow['name']} failed: {run['jobExecutionId']}")

    def _get(self, path: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        page, is_full = 0, True
        while is_full:
            response = self._session.get(self._base + path, params={"page": page, "limit": PAGE})
            response.raise_for_status()
            found = response.json()["list"]
            rows += found
            page, is_full = page + 1, len(found) == PAGE
        return rows
