"""The pages and pictures that lamella draws, as browsers and other readers take them."""

import functools
import http.server
import json
import re
import shutil
import struct
import subprocess
import threading
import xml.etree.ElementTree
from html.parser import HTMLParser

import h5py
import numpy as np
import pytest

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
PHONE = 390
HOSTILE = "<img src=x onerror=alert(1)> & \"quotes\""


@pytest.fixture(scope="module")
def page(lamella, mineral, tmp_path_factory):
    """A report about a factorised map with a component analysis, compositions, and a note that would like to be markup."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "mineral.hspy"
    shutil.copy(mineral.path, path)
    lamella("pca", path, "--components", 4, "--note", HOSTILE)
    lamella("quantify", path, "--map", "mineral", "--elements", "O,Mg,Al,Si,Ca,Fe", "--name", "composition")
    report = lamella.json("report", path, "-o", folder / "report.html")
    return folder, (folder / "report.html").read_text(encoding="utf-8"), report


class Outline(HTMLParser):
    """Whether every element is closed where it should be, and what the page refers to."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.problems, self.references, self.ids, self.words = [], [], [], [], []
        self.tags = set()
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name in {"src", "href", "xlink:href", "action", "srcset", "data"} and value:
                self.references.append(value)
            if name == "id":
                self.ids.append(value)
            if name.startswith("on"):
                self.problems.append(f"<{tag}> has a script in {name}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> within {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_is_well_formed_and_needs_nothing_else(page):
    _, text, report = page
    outline = Outline(text)
    assert outline.problems == []
    assert len(outline.ids) == len(set(outline.ids)), "ids are there twice"
    assert "script" not in outline.tags
    assert all(place.startswith(("#", "data:")) for place in outline.references)
    assert {place[1:] for place in outline.references if place.startswith("#")} <= set(outline.ids)
    assert not re.search(r"@import|url\(\s*[\"']?(?!#|data:)", text)
    assert report["maps"] == 1 and report["results"] == 4 and report["problems"] == []
    assert report["bytes"] == len(text.encode()) < 3_000_000
    assert text.count("<svg") == report["pictures"] == len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{12,}"', text))
    assert text.count("<svg") == len(re.findall(r"<svg [^>]*><title>[^<]+</title>", text)), "a picture has no title"
    words = "".join(outline.words)
    assert HOSTILE in words
    for word in ["bridgmanite", "ferropericlase", "Ca-perovskite", "divergence", "seed", "SHA-256"]:
        assert word in words


@pytest.fixture
def measured(page):
    """The page as a browser of a phone's width shows it: its measures, what was asked for, and what the console said."""
    if BROWSER is None:
        pytest.skip("there is no Chromium")
    folder, _, _ = page
    (folder / "frame.html").write_text(FRAME)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = subprocess.run(
            [
                BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--enable-logging=stderr", "--virtual-time-budget=20000",
                "--window-size=800,900", "--dump-dom", f"http://127.0.0.1:{server.server_port}/frame.html",
            ],
            capture_output=True, text=True, timeout=180,
        )  # fmt: skip
    finally:
        server.shutdown()
    found = re.search(r'<pre id="found">(\{.*?\})</pre>', done.stdout, re.S)
    assert found, done.stdout[-500:] + done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")), asked, console


FRAME = f"""<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">
<iframe id="page" src="report.html" style="width:{PHONE}px;height:844px;border:0"></iframe><pre id="found"></pre>
<script>
document.getElementById("page").addEventListener("load", event => {{
  const page = event.target.contentDocument, root = page.documentElement
  const wide = [...page.querySelectorAll("body *")].filter(element => !element.closest(".scroll") && !element.closest("svg")
    && element.getBoundingClientRect().right > {PHONE} + 1).map(element => element.tagName + "." + element.className)
  const pictures = [...page.querySelectorAll("figure > svg")].map(svg => svg.getBoundingClientRect())
  document.getElementById("found").textContent = JSON.stringify({{
    width: root.scrollWidth, wide, height: root.scrollHeight, pictures: pictures.length,
    narrowest: Math.min(...pictures.map(box => box.width)), flattest: Math.min(...pictures.map(box => box.height)),
    text: parseFloat(getComputedStyle(page.querySelector("dd")).fontSize),
    percents: [...page.querySelectorAll("th")].filter(cell => cell.textContent.startsWith("at.%"))
      .map(cell => cell.getBoundingClientRect().right),
    numbers: [...page.querySelectorAll("td.number:nth-child(2)")].map(cell => cell.getBoundingClientRect().right),
    images: [...page.querySelectorAll("image, use")].map(image => image.getBoundingClientRect().width),
  }})
}})
</script>"""


def test_the_page_can_be_read_on_a_phone(measured, page):
    found, asked, console = measured
    assert found["width"] <= PHONE and found["wide"] == []
    assert found["pictures"] == page[2]["pictures"]
    assert found["narrowest"] > 200 and found["flattest"] > 80
    assert found["text"] >= 12
    # The numbers that people look for are seen without scrolling a table aside.
    assert len(found["percents"]) >= 1 and max(found["percents"]) <= PHONE
    assert min(found["images"]) > 4
    assert sorted(asked) == ["/frame.html", "/report.html"], "the page asks for more than itself"
    assert console == []


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_and_curves_stand_out_of_their_ground(page, scheme):
    light, dark = (dict(re.findall(r"(--[\w-]+):(#[0-9a-f]{6})", part)) for part in page[1].split("prefers-color-scheme:dark", 1))
    colours = light if scheme == "light" else {**light, **dark}

    def contrast(name):
        shades = sorted(luminance(colours[key]) for key in (name, "--paper"))
        return (shades[1] + 0.05) / (shades[0] + 0.05)

    assert contrast("--ink") > 7 and contrast("--pencil") > 4.5 and contrast("--link") > 4.5
    assert min(contrast(f"--series-{number}") for number in range(1, 9)) > 2.8


def test_an_output_is_not_replaced_unasked(lamella, page):
    folder, text, _ = page
    lamella("report", folder / "mineral.hspy", "-o", folder / "report.html", code=4)
    assert (folder / "report.html").read_text(encoding="utf-8") == text
    again = lamella.json("report", folder / "mineral.hspy", "-o", folder / "report.html", "--replace")
    assert again["bytes"] == len(text.encode())
    assert (folder / "report.html").read_text(encoding="utf-8") == text, "the same file has another page"


@pytest.mark.parametrize("path", ["", "/results/pca", "/results/nmf", "/results/truth/abundances/2"])
def test_pictures_are_what_their_names_say(lamella, mineral, tmp_path, path):
    with h5py.File(mineral.path) as file:
        name = next(key for key, group in file.items() if group.attrs.get("NX_class") == "NXentry")
    if "pca" in path:
        copy = tmp_path / "copy.hspy"
        shutil.copy(mineral.path, copy)
        lamella("pca", copy, "--components", 2)
    else:
        copy = mineral.path
    reports = {
        kind: lamella.json("figure", copy, name + path, "-o", tmp_path / f"picture.{kind}") for kind in ["svg", "png", "pdf"]
    }
    tree = xml.etree.ElementTree.parse(tmp_path / "picture.svg").getroot()
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(tree.get("width").removesuffix("pt")) == reports["svg"]["width"]
    png = (tmp_path / "picture.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (2 * reports["png"]["width"], 2 * reports["png"]["height"])
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF-")
    image = pytest.importorskip("PIL.Image").open(tmp_path / "picture.png").convert("RGB")
    pixels = np.asarray(image)
    assert (pixels[0] == 255).all() and (pixels[:, -1] == 255).all(), "something touches the edge"
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20
