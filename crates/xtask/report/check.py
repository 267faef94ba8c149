"""Looks at a search's report as its readers do: in Chromium, and in TensorBoard's own reader.

python check.py CHROMIUM SEARCH REPORT PICTURES

SEARCH and REPORT are the examples of these names, the first with TensorBoard's events. The first searches the bundled
digits for a moment. Then Chromium, without a head and without a network, opens the page on a desk and on a phone, in
light and in dark: it must load nothing else, report no error, fit its window, be readable, and answer to mouse and
keyboard; it must follow a search that goes on, and say something without JavaScript. What TensorBoard reads must be what
the tables say. Pictures of the page are left in the folder PICTURES, to be looked at.

Ends with 1 and a message where something is not so.
"""

import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVALUATIONS = 24
WINDOWS = {"desk": (1280, 900), "phone": (360, 740)}
SCHEMES = ["light", "dark"]

# The least contrast of text by WCAG 2.1 (1.4.3), and of all texts on the page that with the least.
CONTRAST = 4.5
LEAST_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let it = element; it; it = it.parentElement) layers.unshift(rgba(getComputedStyle(it).backgroundColor));
    return layers.reduce((below, [r, g, b, a]) => below.map((it, i) => it * (1 - a) + [r, g, b][i] * a), [1, 1, 1]);
  };
  const texts = [...document.querySelectorAll("main *, header *")].filter((it) =>
    it.checkVisibility() && !it.closest("svg") && [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.map((element) => {
    const pair = [luminance(rgba(getComputedStyle(element).color).slice(0, 3)), luminance(behind(element))];
    return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), element.textContent.trim().slice(0, 40)];
  }).sort((a, b) => a[0] - b[0])[0];
}"""


def check(holds, what):
    if not holds:
        sys.exit(f"the report: {what}")


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def opened(context, page_file):
    """The page, which must load nothing else and report no error."""
    page = context.new_page()
    page.on("pageerror", lambda error: check(False, f"a script failed: {error}"))
    page.on("console", lambda it: check(it.type != "error", f"the console has an error: {it.text}"))
    page.on("request", lambda it: check(
        it.url.startswith("data:") or it.url.split("#")[0] == page_file.as_uri(), f"it loads {it.url}"
    ))
    page.goto(page_file.as_uri())
    return page


def looks(browser, page_file, pictures):
    """The page in all windows and schemes."""
    front, contrasts = table(page_file.with_name("front.csv")), []
    for window, (width, height) in WINDOWS.items():
        for scheme in SCHEMES:
            where = f"{window}, {scheme}"
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
            )
            page = opened(context, page_file)
            page.screenshot(path=pictures / f"{window}-{scheme}.png", full_page=True)
            check(page.evaluate("document.documentElement.scrollWidth") <= width, f"wider than its window ({where})")
            for figure in ["front", "hypervolume", "course", "curves"]:
                marks = page.locator(f"#{figure} svg :is(circle, path)").count()
                check(marks > 1, f"the figure {figure} is empty ({where})")
            members = page.locator("#front .members circle").count()
            check(members == len(front), f"{members} of {len(front)} members are drawn ({where})")
            contrast, text = page.evaluate(LEAST_CONTRAST)
            contrasts.append(contrast)
            check(contrast >= CONTRAST, f"a contrast of {contrast:.2f} at `{text}` ({where})")
            page.locator("#front .members circle").first.hover()
            tip = "getComputedStyle(document.querySelector('#front [aria-label=tip] path')).fill"
            paper = "getComputedStyle(document.body).backgroundColor"
            check(page.evaluate(tip) == page.evaluate(paper), f"the tip is not as the page's paper ({where})")
            small = page.locator("select, input, button").evaluate_all(
                "all => all.filter(it => (it.closest('label') ?? it).getBoundingClientRect().height < 24).length"
            )
            check(small == 0, f"{small} controls are too small for a finger ({where})")
            context.close()
    print(f"the page: {len(WINDOWS) * len(SCHEMES)} looks, {len(front)} members, least contrast {min(contrasts):.1f}")


def answers(browser, page_file):
    """The page under mouse and keyboard."""
    page = opened(browser.new_context(viewport={"width": 1280, "height": 900}), page_file)
    detail = page.locator("#detail")

    member = page.locator("#front .members circle").first
    member.hover()
    check(re.match(r"Evaluation \d+: ", detail.inner_text()), "the mouse shows no candidate")
    check("evaluation" in page.locator("#front [aria-label=tip]").text_content(), "the mouse shows no tip")
    page.mouse.move(5, 5)

    page.locator("#front-controls [name=all]").focus()
    seen = set()
    for _ in table(page_file.with_name("front.csv")):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        check(label == detail.inner_text(), "the Tab key does not show the candidate that it comes to")
        seen.add(label)
    check(len(seen) == len(table(page_file.with_name("front.csv"))), "the Tab key leaves members out")

    # Any two quantities, in the row that the select has, by the keyboard alone.
    for axis, mark in [("x", "→"), ("y", "↑")]:
        select = page.locator(f"#front-controls [name={axis}]")
        for value in select.locator("option").evaluate_all("all => all.map(it => it.value)"):
            select.focus()
            page.keyboard.press("Home")
            while select.input_value() != value:
                page.keyboard.press("ArrowDown")
            name = select.locator("option:checked").inner_text()
            labels = page.locator("#front svg text").all_text_contents()
            check(any(mark in it and name in it for it in labels), f"{axis} does not become {name}")
            check(page.locator("#front .members circle").count() > 0, f"{axis} by {name} has no members")

    for column in page.locator("#members-table thead button").all():
        for order in ["first", "second"]:
            column.focus()
            page.keyboard.press("Enter")
            position = column.evaluate("it => it.closest('th').cellIndex")
            sort = column.evaluate("it => it.closest('th').getAttribute('aria-sort')")
            values = page.locator("#members-table tbody tr").evaluate_all(
                "(rows, position) => rows.map(row => Number(row.cells[position].dataset.value))", position
            )
            expected = sorted(values, reverse=sort == "descending")
            check(values == expected, f"the table is not sorted at the {order} press")

    for link in page.locator("a[href]:not([href^='#'])").evaluate_all("all => all.map(it => it.getAttribute('href'))"):
        check((page_file.parent / link).exists(), f"{link} leads nowhere")

    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page_file.as_uri())
    check(plain.locator("#members-table tbody tr").count() > 0, "without JavaScript there is no table")
    check("need JavaScript" in plain.inner_text("noscript"), "without JavaScript it does not say what is missing")
    print(f"the page answers to mouse and keyboard: {len(seen)} members by the Tab key")


def follows(browser, report, folder, work):
    """The page of a search that goes on: half of the records, then all of them."""
    half = work / "half"
    half.mkdir()
    shutil.copy(folder / "config.toml", half)
    for name in ["evaluations.csv", "journal.jsonl"]:
        lines = (folder / name).read_text().splitlines(keepends=True)
        (half / name).write_text("".join(lines[: len(lines) // 2]))
    subprocess.run([report, half], check=True, stdout=subprocess.DEVNULL)
    page = opened(browser.new_context(), half / "report.html")
    check("goes on" in page.inner_text("#state"), "it takes a search that goes on for one that ended")
    page.locator("#front-controls [name=x]").select_option("macs")
    page.locator("#members-table thead button").last.click()
    page.locator("a.skip").press("Enter")
    for name in ["evaluations.csv", "journal.jsonl", "front.csv"]:
        shutil.copy(folder / name, half)
    subprocess.run([report, half], check=True, stdout=subprocess.DEVNULL)
    page.wait_for_function("document.getElementById('state').textContent.includes('has ended')", timeout=30_000)
    check(f"{EVALUATIONS} of {EVALUATIONS}" in page.inner_text(".summary"), "it has not all evaluations")
    check(page.locator("#front-controls [name=x]").input_value() == "macs", "it forgets what was chosen")
    sorted_by = page.locator("#members-table thead button").last.evaluate("it => it.closest('th').getAttribute('aria-sort')")
    check(sorted_by == "ascending", "it forgets what the table was sorted by")
    check(page.locator("#follow").count() == 0, "it still waits for more")
    print("the page follows its search, and keeps what was chosen")


def events(folder):
    """What TensorBoard reads, beside the tables and the journal."""
    def scalars(run, tag):
        return {it.step: it.value for it in runs[run].Scalars(tag)}

    root = folder / "tensorboard"
    runs = {str(path.parent.relative_to(root)): EventAccumulator(str(path.parent)) for path in root.rglob("*tfevents*")}
    for run in runs.values():
        run.Reload()
    rows = [row for row in table(folder / "evaluations.csv") if row["status"] == "feasible"]
    for tag, column in [("objective/accuracy", "accuracy"), ("objective/int8_footprint", "int8_footprint")]:
        read = scalars(".", tag)
        check(set(read) == {int(row["evaluation"]) for row in rows}, f"TensorBoard has other evaluations at {tag}")
        for row in rows:
            value = float(row[column])
            check(abs(read[int(row["evaluation"])] - value) <= 1e-6 * value, f"TensorBoard reads another {column}")

    page = (folder / "report.html").read_text()
    shown = float(re.search(r"<dt>Hypervolume</dt><dd>([0-9.]+)</dd>", page)[1])
    volumes = scalars(".", "front/hypervolume")
    check(abs(list(volumes.values())[-1] - shown) < 1e-4, "TensorBoard reads another hypervolume")

    journal = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    losses = {
        it["evaluated"]["index"]: it["evaluated"]["verdict"]["feasible"]["detail"]["trainings"][0]["record"]["loss"]
        for it in journal
        if "evaluated" in it and "feasible" in it["evaluated"]["verdict"]
    }
    curves = {int(name.split("_")[1]): name for name in runs if name != "."}
    check(set(curves) == set(volumes), "TensorBoard has other curves than entered the front")
    for index, name in curves.items():
        read = list(scalars(name, "loss/training").values())
        check(len(read) == len(losses[index]), "TensorBoard reads a curve of another length")
        check(all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(read, losses[index])), "TensorBoard reads another curve")
    print(f"TensorBoard reads {len(rows)} evaluations and {len(curves)} learning curves, as they are on record")


def main():
    chromium, search, report, pictures = sys.argv[1:]
    chromium = shutil.which(chromium) or sys.exit(f"no program: {chromium}")
    pictures = pathlib.Path(pictures)
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        folder = work / "run"
        budget = ["--evaluations", str(EVALUATIONS), "--epochs", "5", "--tensorboard"]
        subprocess.run([search, *budget, "--output", folder], check=True, stdout=subprocess.DEVNULL)
        events(folder)
        with sync_playwright() as playwright:
            # The sandbox wants rights that containers do not give; the page is our own.
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            looks(browser, folder / "report.html", pictures)
            answers(browser, folder / "report.html")
            follows(browser, report, folder, work)
            browser.close()


main()
