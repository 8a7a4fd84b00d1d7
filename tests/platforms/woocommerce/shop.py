"""A list endpoint held in memory, by the rules that were recorded: whole seconds, exclusive bounds, pages by offset.

Not a WooCommerce: only what paging wants. Not here: any test.
"""

from datetime import UTC, datetime
from typing import Any

from crossdock.connector.http import Request, Response
from tests.platforms.woocommerce.recorded import query, reply


class Listing:
    """Rows by id with the second of their last change; `between` is called before each page but the first."""

    def __init__(self, seconds: dict[int, int], turned_back: int | None = None, **fields: Any) -> None:
        self.seconds = seconds
        self.turned_back = turned_back
        self.fields = fields
        self.asked = 0
        self.between: Any = None

    def __call__(self, request: Request) -> Response:
        if self.asked and self.between:
            self.between(self)
        self.asked += 1
        asked = query(request)
        ids = [id for id, second in self.seconds.items() if self._within(second, asked)]
        by_change = asked.get("orderby") == "modified"
        ids.sort(key=lambda id: (self.local(self.seconds[id]), -id) if by_change else (id,))  # ties come in any order
        start = int(asked.get("offset", "0"))
        page = ids[start : start + int(asked["per_page"])]
        rows = [self.row(id, self.seconds[id]) for id in page]
        return reply(200, rows, x_wp_total=str(len(ids)))

    def local(self, second: int) -> int:
        """The site's own time: two hours ahead, one after its clock was turned back."""
        return second + (3600 if self.turned_back is not None and second >= self.turned_back else 7200)

    def row(self, id: int, second: int) -> dict[str, Any]:
        times = {"date_modified_gmt": stamp(second), "date_modified": stamp(self.local(second))}
        return {"id": id, **times, **self.fields}

    def _within(self, second: int, asked: dict[str, str]) -> bool:
        assert "page" not in asked
        if asked.get("status") == "trash":
            return False
        for name, sign in (("modified_after", 1), ("modified_before", -1)):
            if name in asked:
                assert asked["dates_are_gmt"] == "true"
                assert not asked[name].endswith("Z")
                bound = int(datetime.fromisoformat(asked[name]).replace(tzinfo=UTC).timestamp())
                if (second - bound) * sign <= 0:
                    return False
        return True


def stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
