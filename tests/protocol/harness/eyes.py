"""What must hold after every single step, whoever took it: I2, I3 and I4."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from colophon.listings.entry import Entry
from colophon.stores import rows
from tests.protocol.harness.cloud import Cloud, Standing

_NUMBERED = re.compile(r"\b(Text [a-z]+|Clinic|Shelf) (\d+)")
_PICTURE = re.compile(r'src="/(images/[^"]+)"')
_PICTURE_NUMBER = re.compile(r"/([^/.]+)\.[^/]*-(\d+)\.(?:png|jpg)$")


class Violation(AssertionError):
    """An invariant that did not hold."""


@dataclass
class Eyes:
    """Remembers what each page showed, and raises Violation when it shows something that it must not."""

    cloud: Cloud
    listings: bool = True
    shown: dict[str, dict[str, int]] = field(default_factory=dict)
    ended: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    looked_at: int = 0

    def look(self) -> None:
        site = self.cloud.site()
        for key, standing in site.items():
            if key.endswith(".html") and self.seen.get(key) != standing.metadata.get("fp", "") + str(standing.content):
                self.seen[key] = standing.metadata.get("fp", "") + str(standing.content)
                self._page(key, standing, site)
        for key, earlier in self.seen.items():
            if key.startswith("images/") and key not in site:
                raise Violation(f"I3: {key} is gone")
            if key.startswith("images/") and earlier == "tombstone" and not site[key].status:
                raise Violation(f"I3: the picture {key} is back")
        self.seen |= {k: "tombstone" if s.status else "bytes" for k, s in site.items() if k.startswith("images/")}
        if self.listings:
            self._entries(site)
        self.looked_at += 1

    def _page(self, key: str, standing: Standing, site: dict[str, Standing]) -> None:
        text = standing.content.decode()
        orders = self._orders(key)
        if standing.status in ("410", "451"):
            standing_orders = {order: version[0] for order, version in orders.items() if version[0][0] != "("}
            self.ended[key] = {order: version for order, version in standing_orders.items() if self._is_known(order)}
            return
        if standing.status:
            return
        for order, version in self.ended.get(key, {}).items():
            newer = orders[order][: orders[order].index(version)]
            if not any(name.startswith("(") for name in newer):
                raise Violation(f"I3: {key} is back, and {order} still stands")
        pictures = [unquote(path) for path in _PICTURE.findall(text)]
        for picture in pictures:
            if picture not in site:
                raise Violation(f"I4: {key} shows {picture}, which is not there")
        numbers = {label: int(number) for label, number in _NUMBERED.findall(text)}
        numbers |= {f"picture {n}": int(w) for picture in pictures for n, w in _PICTURE_NUMBER.findall(picture)}
        before = self.shown.setdefault(key, {})
        for label, number in numbers.items():
            if number < before.get(label, 0):
                raise Violation(f"I2: {key} shows {label} {number} after {before[label]}")
        before |= numbers

    def _orders(self, key: str) -> dict[str, tuple[str, ...]]:
        lang, clinic, post, _ = key.split("/")
        folder = f"posts/{clinic}/{post}/"
        keys = (f"{folder}withdrawal.yaml", f"{folder}{lang}.md.withdrawal.yaml", f"clinics/{clinic}/withdrawal.yaml")
        inbox = self.cloud.inbox()
        return {order: inbox[order] for order in keys if order in inbox}

    def _is_known(self, order: str) -> bool:
        """Whether the handlers can have seen a withdrawal: a clinic's is read off its row."""
        _, clinic, *rest = order.split("/")
        return len(rest) > 1 or bool(
            rows.read_clinic(clinic, self.cloud.items().get((f"clinic#{clinic}", "clinic"), {})).order
        )

    def _entries(self, site: dict[str, Standing]) -> None:
        for entry in entries(self.cloud):
            if entry.facts and f"{entry.facts.path[1:]}index.html" not in site:
                raise Violation(f"I4: {entry.month} lists {entry.facts.path}, where nothing is")


def entries(cloud: Cloud) -> list[Entry]:
    """Every listing's entry that the index holds, blanks too."""
    return [rows.read(Entry, item) for (pk, _), item in cloud.items().items() if pk.startswith("month#")]
