"""Checks a search's report in Chromium, and its events in TensorBoard's own reader.

python check.py CHROMIUM SEARCH REPORT PICTURES

SEARCH and REPORT are the programs of the examples with these names; SEARCH is built with TensorBoard's events. It runs
a short search on the bundled digits, and shorter ones over the bundled images and motions. Headless Chromium then opens the page without a network, in a desktop and a phone
window, with the light and the dark theme. The page must load nothing else, report no error, fit its window, be
readable, and respond to mouse and keyboard. It must follow a search that is still running, and show a table without
JavaScript. The values that TensorBoard reads must equal those in the tables. Pictures of the page are written to the
folder PICTURES.

Exits with 1 and a message if a check fails.
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

# The minimum contrast of text by WCAG 2.1 (1.4.3), and a script that finds the text with the least contrast.
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
    """Opens and returns the page, which must load nothing else and report no error."""
    page = context.new_page()
    page.on("pageerror", lambda error: check(False, f"a script failed: {error}"))
    page.on("console", lambda it: check(it.type != "error", f"the console has an error: {it.text}"))
    page.on("request", lambda it: check(
        it.url.startswith("data:") or it.url.split("#")[0] == page_file.as_uri(), f"it loads {it.url}"
    ))
    page.goto(page_file.as_uri())
    return page


def looks(browser, page_file, pictures):
    """Checks the look of the page in all windows and colour schemes."""
    front, contrasts = table(page_file.with_name("front.csv")), []
    for window, (width, height) in WINDOWS.items():
        for scheme in SCHEMES:
            where = f"{window}, {scheme}"
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
            )
            page = opened(context, page_file)
            page.screenshot(path=pictures / f"{window}-{scheme}.png", full_page=True)
            check(page.evaluate("document.documentElement.scrollWidth") <= width, f"it is wider than its window ({where})")
            for figure in ["front", "hypervolume", "course", "curves"]:
                marks = page.locator(f"#{figure} svg :is(circle, path)").count()
                check(marks > 1, f"the figure {figure} is empty ({where})")
            members = page.locator("#front .members circle").count()
            check(members == len(front), f"{members} of {len(front)} members are drawn ({where})")
            contrast, text = page.evaluate(LEAST_CONTRAST)
            contrasts.append(contrast)
            check(contrast >= CONTRAST, f"the contrast of `{text}` is only {contrast:.2f} ({where})")
            page.locator("#front .members circle").first.hover()
            tip = "getComputedStyle(document.querySelector('#front [aria-label=tip] path')).fill"
            paper = "getComputedStyle(document.body).backgroundColor"
            check(page.evaluate(tip) == page.evaluate(paper), f"the tip's background is not the page's ({where})")
            small = page.locator("select, input, button").evaluate_all(
                "all => all.filter(it => (it.closest('label') ?? it).getBoundingClientRect().height < 24).length"
            )
            check(small == 0, f"{small} controls are too small for a finger ({where})")
            context.close()
    print(f"the page: {len(WINDOWS) * len(SCHEMES)} views, {len(front)} members, least contrast {min(contrasts):.1f}")


def speaks_of(browser, search, kind, evaluations, grid, work):
    """Checks that the page of a search over another kind of data speaks of that kind."""
    folder = work / kind
    budget = ["--evaluations", str(evaluations), "--epochs", "3"]
    subprocess.run([search, "--preset", kind, *budget, "--output", folder], check=True, stdout=subprocess.DEVNULL)
    context = browser.new_context(viewport={"width": 360, "height": 740}, offline=True)
    page = opened(context, folder / "report.html")
    check(f"Kind of data\n{kind}" in page.inner_text(".summary"), f"it does not say that it is of {kind}")
    caption = page.locator(".grid caption").first.inner_text()
    check(f"{grid[0]} and {grid[1]}" in caption, f"the first grid of {kind} is `{caption}`")
    check(page.evaluate("document.documentElement.scrollWidth") <= 360, f"the page of {kind} is wider than a phone")
    sizes = page.locator(".grid").first.locator("tbody th").all_inner_texts()
    numbers = [float(re.match(r"[\d.]+", size)[0]) for size in sizes]
    check(numbers == sorted(numbers), f"the values of {grid[0]} do not ascend: {sizes}")
    page.locator("#front .members circle").first.hover()
    tip = page.locator("#front [aria-label=tip]").text_content()
    check(grid[0] in tip, f"the tip does not tell the {grid[0]}: {tip}")
    context.close()
    print(f"the page of a search over {kind}: {caption}")


def answers(browser, page_file):
    """Checks that the page responds to mouse and keyboard."""
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
        check(label == detail.inner_text(), "the Tab key does not show the candidate that it selects")
        seen.add(label)
    check(len(seen) == len(table(page_file.with_name("front.csv"))), "the Tab key skips members")

    # Select every quantity for each axis, in the order of the select, with the keyboard alone.
    for axis, mark in [("x", "→"), ("y", "↑")]:
        select = page.locator(f"#front-controls [name={axis}]")
        for value in select.locator("option").evaluate_all("all => all.map(it => it.value)"):
            select.focus()
            page.keyboard.press("Home")
            while select.input_value() != value:
                page.keyboard.press("ArrowDown")
            name = select.locator("option:checked").inner_text()
            labels = page.locator("#front svg text").all_text_contents()
            check(any(mark in it and name in it for it in labels), f"the axis {axis} does not change to {name}")
            check(page.locator("#front .members circle").count() > 0, f"no members are drawn for {axis} by {name}")

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
            check(values == expected, f"the table is not sorted after the {order} key press")

    for link in page.locator("a[href]:not([href^='#'])").evaluate_all("all => all.map(it => it.getAttribute('href'))"):
        check((page_file.parent / link).exists(), f"the link {link} leads to no file")

    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page_file.as_uri())
    check(plain.locator("#members-table tbody tr").count() > 0, "without JavaScript there is no table")
    check("need JavaScript" in plain.inner_text("noscript"), "without JavaScript the page does not say what is missing")
    print(f"the page responds to mouse and keyboard: {len(seen)} members by the Tab key")


def follows(browser, report, folder, work):
    """Checks the page of a running search: with half of the records, then with all of them."""
    half = work / "half"
    half.mkdir()
    shutil.copy(folder / "config.toml", half)
    for name in ["evaluations.csv", "journal.jsonl"]:
        lines = (folder / name).read_text().splitlines(keepends=True)
        (half / name).write_text("".join(lines[: len(lines) // 2]))
    subprocess.run([report, half], check=True, stdout=subprocess.DEVNULL)
    page = opened(browser.new_context(), half / "report.html")
    check("is running" in page.inner_text("#state"), "it says that a running search has ended")
    page.locator("#front-controls [name=x]").select_option("macs")
    page.locator("#members-table thead button").last.click()
    page.locator("a.skip").press("Enter")
    for name in ["evaluations.csv", "journal.jsonl", "front.csv"]:
        shutil.copy(folder / name, half)
    subprocess.run([report, half], check=True, stdout=subprocess.DEVNULL)
    page.wait_for_function("document.getElementById('state').textContent.includes('has ended')", timeout=30_000)
    check(f"{EVALUATIONS} of {EVALUATIONS}" in page.inner_text(".summary"), "it does not have all evaluations")
    check(page.locator("#front-controls [name=x]").input_value() == "macs", "it forgets the chosen axis")
    sorted_by = page.locator("#members-table thead button").last.evaluate("it => it.closest('th').getAttribute('aria-sort')")
    check(sorted_by == "ascending", "it forgets the sorting of the table")
    check(page.locator("#follow").count() == 0, "it still waits for more records")
    print("the page follows its search and keeps the user's choices")


def events(folder):
    """Compares the events that TensorBoard reads with the tables and the journal."""
    def scalars(run, tag):
        return {it.step: it.value for it in runs[run].Scalars(tag)}

    root = folder / "tensorboard"
    runs = {str(path.parent.relative_to(root)): EventAccumulator(str(path.parent)) for path in root.rglob("*tfevents*")}
    for run in runs.values():
        run.Reload()
    rows = [row for row in table(folder / "evaluations.csv") if row["status"] == "feasible"]
    for tag, column in [("objective/accuracy", "accuracy"), ("objective/int8_footprint", "int8_footprint")]:
        read = scalars(".", tag)
        check(set(read) == {int(row["evaluation"]) for row in rows}, f"TensorBoard reads other evaluations for {tag}")
        for row in rows:
            value = float(row[column])
            check(abs(read[int(row["evaluation"])] - value) <= 1e-6 * value, f"TensorBoard reads a different {column}")

    page = (folder / "report.html").read_text()
    shown = float(re.search(r"<dt>Hypervolume</dt><dd>([0-9.]+)</dd>", page)[1])
    volumes = scalars(".", "front/hypervolume")
    check(abs(list(volumes.values())[-1] - shown) < 1e-4, "TensorBoard reads a different hypervolume")

    journal = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    losses = {
        it["evaluated"]["index"]: it["evaluated"]["verdict"]["feasible"]["detail"]["trainings"][0]["record"]["loss"]
        for it in journal
        if "evaluated" in it and "feasible" in it["evaluated"]["verdict"]
    }
    curves = {int(name.split("_")[1]): name for name in runs if name != "."}
    check(set(curves) == set(volumes), "TensorBoard has curves of other candidates than those that entered the front")
    for index, name in curves.items():
        read = list(scalars(name, "loss/training").values())
        check(len(read) == len(losses[index]), "TensorBoard reads a curve of a different length")
        check(all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(read, losses[index])), "TensorBoard reads a different curve")
    print(f"TensorBoard reads {len(rows)} evaluations and {len(curves)} learning curves, all as recorded")


def main():
    chromium, search, report, pictures = sys.argv[1:]
    chromium = shutil.which(chromium) or sys.exit(f"there is no program {chromium}")
    pictures = pathlib.Path(pictures)
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        folder = work / "run"
        budget = ["--evaluations", str(EVALUATIONS), "--epochs", "5", "--tensorboard"]
        subprocess.run([search, *budget, "--output", folder], check=True, stdout=subprocess.DEVNULL)
        events(folder)
        with sync_playwright() as playwright:
            # The sandbox needs rights that containers do not grant, and the page is our own.
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            looks(browser, folder / "report.html", pictures)
            answers(browser, folder / "report.html")
            follows(browser, report, folder, work)
            speaks_of(browser, search, "image", 12, ("resolution", "colour"), work)
            speaks_of(browser, search, "motion", 80, ("rate", "seconds"), work)
            browser.close()


main()
