"""Pages: bytes over the wire, cold, compressed

Bars: page ≤ 60 kB with everything it loads, HTML ≤ 10 kB.
"""

import gzip
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from bench.running import folder, make_run

PAGES = [
    "/",
    "/consult/",
    "/departments/",
    "/accounts/login/",
    "/desk/",
    "/desk/cases/",
    "/desk/cases/new/",
    "<case>",
    "<long case>",
    "<hearing>",
    "<sheet>",
    "/desk/checks/",
    "/desk/pairs/",
    "/desk/absences/",
    "/desk/keeping/",
    "/desk/menus/",
    "/desk/meetings/",
    "<meeting>",
    "<agenda>",
    "<room>",
    "/menus/",
    "/articles/",
    "/examples/",
    "/search/?q=RPA",
    "/desk/knowledge/",
    "/desk/who-knows/",
]


class Browser:
    def __init__(self, site: str) -> None:
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.opener.addheaders = [("Accept-Encoding", "gzip")]

    def get(self, path: str, data: bytes | None = None) -> tuple[str, int]:
        """The text, and its bytes on the wire."""
        with self.opener.open(urllib.parse.urljoin(self.site, path), data, timeout=30) as answer:
            body = answer.read()
            plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
            return plain.decode(errors="replace"), len(body)

    def sign_in(self, name: str) -> None:
        page, _ = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]
        fields = {"csrfmiddlewaretoken": token, "login": name, "password": "yokohama-demo"}
        self.get("/accounts/login/", urllib.parse.urlencode(fields).encode())


def hearing_of(desk: Browser) -> dict[str, str]:
    """The case that was accompanied longest, with its hearing."""
    found, _ = desk.get(f"/desk/cases/?open=all&q={urllib.parse.quote('退職した職員が内製した')}")
    for case in dict.fromkeys(re.findall(r'href="(/desk/cases/[A-Z]\d+-\d+/)', found)):
        page, _ = desk.get(case)
        if record := re.search(rf'href="({case}hearings/\d+/record/)', page):
            return {"<long case>": case, "<hearing>": record[1], "<sheet>": record[1].replace("/record/", "/sheet/")}
    raise LookupError("No case of the demo has a hearing to record.")


def run() -> None:
    with folder() as data, make_run(data) as desk:
        browser = Browser(desk.url)
        signed_in = Browser(desk.url)
        signed_in.sign_in("chief")
        listing, _ = signed_in.get("/desk/cases/")
        meetings, _ = signed_in.get("/desk/meetings/")
        meeting = re.search(r'href="(/desk/meetings/\d+/)', meetings)[1]  # type: ignore[index]
        real = {
            "<case>": re.search(r'href="(/desk/cases/[A-Z]\d+-\d+/)', listing)[1],  # type: ignore[index]
            **hearing_of(signed_in),
            "<meeting>": meeting,
            "<agenda>": f"{meeting}agenda/",
            "<room>": f"{meeting}room/",
        }
        print(f"{'page':28}{'HTML':>9}{'all':>9}  (kB)")
        for page in PAGES:
            path = real.get(page, page)
            one = signed_in if path.startswith("/desk") else browser
            html, size = one.get(path)
            parts = set(re.findall(r'<(?:script[^>]* src|link[^>]* href)="(/static/[^"]+)"', html))
            total = size + sum(one.get(part)[1] for part in parts)
            print(f"{path:28}{size / 1000:9.1f}{total / 1000:9.1f}")
