"""People with accounts on a Label Studio server: they sign up and annotate as the page does, by session and cookie."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import httpx

Result = dict[str, Any]


class Account:
    """Somebody who is signed in."""

    def __init__(self, url: str, email: str, password: str = "a long password", page: str = "signup") -> None:
        self._http = httpx.Client(base_url=url, follow_redirects=True, timeout=60)
        form = self._http.get(f"/user/{page}/").text
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
        assert found is not None
        fields = {"csrfmiddlewaretoken": found[1], "email": email, "password": password, "allow_newsletters": "false"}
        answer = self._http.post(f"/user/{page}/", data=fields, headers={"Referer": f"{url}/user/{page}/"})
        assert str(answer.url) == f"{url}/", answer.text
        self.headers = {"X-CSRFToken": self._http.cookies["csrftoken"], "Referer": url}
        self.id = int(self._json(self._http.get("/api/current-user/whoami"))["id"])

    def close(self) -> None:
        """End the session's connection."""
        self._http.close()

    def personal_token(self) -> str:
        """Make a personal access token, which stands for a web token that has to be exchanged."""
        return str(self._json(self._http.post("/api/token/", headers=self.headers))["token"])

    def tasks(self, project: int) -> list[dict[str, Any]]:
        """Return the tasks with the predictions that they begin with."""
        found = self._json(self._http.get("/api/tasks", params={"project": project, "page_size": 100}))
        numbers = [one["id"] for one in (found["tasks"] if isinstance(found, dict) else found)]
        return [self._json(self._http.get(f"/api/tasks/{one}/")) for one in numbers]

    def annotate(self, task: dict[str, Any], more: list[Result], **fields: Any) -> int:
        """Submit an annotation that begins with the task's prediction; `regions` replaces those of the prediction."""
        predicted = task["predictions"][0]["result"] if task["predictions"] else []
        begun = fields.pop("regions", deepcopy(predicted))
        body = {"result": begun + more, "lead_time": 3.0, **fields}
        return int(self._json(self._post(f"/api/tasks/{task['id']}/annotations/", body))["id"])

    def draft(self, task: dict[str, Any], result: list[Result]) -> None:
        """Leave a draft without submitting it."""
        self._json(self._post(f"/api/tasks/{task['id']}/drafts", {"result": result, "lead_time": 1.0}))

    def change(self, annotation: int, result: list[Result]) -> None:
        """Update an annotation, one's own or anybody's."""
        self._json(self._http.patch(f"/api/annotations/{annotation}/", json={"result": result}, headers=self.headers))

    def remove(self, annotation: int) -> None:
        """Delete an annotation."""
        self._http.delete(f"/api/annotations/{annotation}/", headers=self.headers).raise_for_status()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address as the page does."""
        return self._http.get(path, headers=headers)

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self._http.post(path, json=body, headers=self.headers)

    @staticmethod
    def _json(answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return answer.json()


def chosen(**answers: str) -> list[Result]:
    """Return answers as the page sends them: ``relevance="4"``, ``skip="not visible"``, ``note="clear"``."""
    return [
        {"from_name": name, "to_name": "video", "type": "textarea", "value": {"text": [value]}}
        if name == "note"
        else {"from_name": name, "to_name": "video", "type": "choices", "value": {"choices": [value]}}
        for name, value in answers.items()
    ]
