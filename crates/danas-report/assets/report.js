"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byName = new Map(data.quantities.map((quantity) => [quantity.name, quantity]));
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The reader's choices survive a reload of the page, unless the browser forbids storage.
  const place = `danas-report ${location.pathname}`;
  const chosen = new Map();
  try {
    for (const [key, value] of JSON.parse(sessionStorage.getItem(place) ?? "[]")) chosen.set(key, value);
  } catch { /* begin without choices */ }
  const remember = (key, value) => {
    chosen.set(key, value);
    try {
      sessionStorage.setItem(place, JSON.stringify([...chosen]));
    } catch { /* the choice is lost at the next reload */ }
  };

  const number = (value) => {
    const size = Math.abs(value);
    if (size !== 0 && size < 0.01) return value.toPrecision(2);
    return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  };
  const shown = (name, value) => {
    const quantity = byName.get(name);
    return `${number(value * quantity.factor)} ${quantity.symbol}`;
  };
  const title = (name) => {
    const quantity = byName.get(name);
    return `${quantity.label}, ${quantity.symbol}`;
  };
  const granularity = (evaluation) =>
    data.fields.map((field) => `${field} ${evaluation.granularity[field]}`).join(", ");
  const describe = (evaluation) => {
    const figures = data.quantities
      .filter(({ name }) => evaluation.values[name] !== undefined)
      .map(({ name, label }) => {
        const test = evaluation.test[name];
        const tested = test ? ` (test ${shown(name, test[0])} ± ${shown(name, test[1])})` : "";
        return `${label} ${shown(name, evaluation.values[name])}${tested}`;
      });
    const fate = evaluation.on_front ? "on the front" : evaluation.reason ?? evaluation.status;
    const parts = [granularity(evaluation), evaluation.layers, fate, ...figures];
    return `Evaluation ${evaluation.index}: ${parts.filter(Boolean).join("; ")}; ${number(evaluation.seconds)} s.`;
  };
  const brief = (evaluation, names) =>
    [
      `evaluation ${evaluation.index}${evaluation.on_front ? ", on the front" : ""}`,
      ...data.fields.map((field) => `${field} ${evaluation.granularity[field]}`),
      evaluation.layers,
      ...names
        .filter((name) => evaluation.values[name] !== undefined)
        .map((name) => `${byName.get(name).label} ${shown(name, evaluation.values[name])}`),
    ].join("\n");

  const detail = document.getElementById("detail");
  const instructions = detail.textContent;
  const show = (evaluation) => {
    detail.textContent = evaluation ? describe(evaluation) : instructions;
  };

  const fill = (select, key, options, otherwise) => {
    select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
    const wanted = chosen.get(key) ?? otherwise;
    select.value = options.some(([value]) => value === wanted) ? wanted : options[0]?.[0];
    select.addEventListener("change", () => remember(key, select.value));
  };

  // Draws a figure as wide as its container, or a message if there is nothing to draw.
  const draw = (id, height, label, marksOf, options) => {
    const container = document.getElementById(id);
    const width = Math.max(280, container.clientWidth);
    const marks = marksOf();
    if (!marks) {
      container.textContent = "No data yet.";
      return null;
    }
    const plot = Plot.plot({
      width, height, marks, ariaLabel: label, marginLeft: 52, marginBottom: 40, grid: true,
      style: { background: "transparent", color: "inherit", fontSize: "13px", fontFamily: "inherit" },
      ...options,
    });
    container.replaceChildren(plot);
    return plot;
  };
  // Short tick labels, and on a logarithmic axis so few ticks that they do not overlap.
  const widthOf = (id) => document.getElementById(id).clientWidth;
  const tickFormat = (value) => `${+value.toPrecision(3)}`;
  const axisOf = (name, pixels) =>
    byName.get(name).is_cost ? { type: "log", tickFormat, ticks: Math.max(3, pixels / 130) } : { tickFormat };

  const front = document.getElementById("front-controls");
  const drawFront = () => {
    const x = front.elements.x.value;
    const y = front.elements.y.value;
    const colour = front.elements.colour.value;
    if (!x || !y) {
      document.getElementById("front").textContent = "No data yet.";
      return;
    }
    const [xs, ys] = [byName.get(x), byName.get(y)];
    // A logarithmic axis cannot show zero.
    const position = (quantity, value) => (quantity.is_cost && value <= 0 ? NaN : value * quantity.factor);
    const at = (evaluation) => ({
      evaluation,
      x: position(xs, evaluation.values[x]),
      y: position(ys, evaluation.values[y]),
      colour: colour === "none" ? "front" : evaluation.granularity[colour],
    });
    const judged = data.evaluations.filter(
      ({ status, values }) => status === "feasible" && values[x] !== undefined && values[y] !== undefined,
    );
    const members = judged.filter((it) => it.on_front).map(at);
    const others = front.elements.all.checked ? judged.filter((it) => !it.on_front).map(at) : [];
    const spread = (quantity, evaluation) => {
      const [mean, deviation] = evaluation.test[quantity.name];
      return [mean - deviation, mean + deviation].map((value) => value * quantity.factor);
    };
    const tested = (quantity) => members.filter(({ evaluation }) => evaluation.test[quantity.name]);
    const colours = colour === "none" ? [] : [...new Set(judged.map((it) => it.granularity[colour]))]
      .sort((a, b) => a - b || String(a).localeCompare(b));
    const text = ({ evaluation }) => brief(evaluation, [x, y]);
    // From the best x on: the best y of all members that are at least as good by x.
    const best = d3.sort(members.filter((it) => !Number.isNaN(it.x + it.y)), (it) => (xs.is_cost ? it.x : -it.x));
    let record = ys.is_cost ? Infinity : -Infinity;
    const envelope = best.filter((it) => {
      const better = ys.is_cost ? it.y < record : it.y > record;
      if (better) record = it.y;
      return better;
    });
    const plot = draw("front", 420, `${ys.label} against ${xs.label} of all candidates`, () => [
      Plot.line(envelope, { x: "x", y: "y", curve: "step-after", stroke: "currentColor", strokeOpacity: 0.35 }),
      Plot.dot(others, { x: "x", y: "y", stroke: "colour", strokeOpacity: 0.7, r: 2.5 }),
      Plot.ruleX(tested(ys), {
        x: "x", y1: (it) => spread(ys, it.evaluation)[0], y2: (it) => spread(ys, it.evaluation)[1],
        stroke: "currentColor", strokeOpacity: 0.6,
      }),
      Plot.dot(tested(ys), {
        x: "x", y: (it) => it.evaluation.test[y][0] * ys.factor, symbol: "diamond", r: 4,
        stroke: "currentColor", strokeOpacity: 0.8,
      }),
      Plot.dot(members, {
        x: "x", y: "y", fill: "colour", stroke: "currentColor", strokeWidth: 0.75, r: 5.5,
        className: "members", ariaLabel: ({ evaluation }) => describe(evaluation),
      }),
      Plot.tip([...others, ...members], Plot.pointer({ x: "x", y: "y", title: text, lineWidth: 26 })),
    ], {
      x: { label: `${xs.label}, ${xs.symbol} →`, ...axisOf(x, widthOf("front")) },
      y: { label: `↑ ${ys.label}, ${ys.symbol}`, ...axisOf(y, 420), nice: true },
      color: colour === "none"
        ? { domain: ["front"], range: [style("--accent")] }
        : { domain: colours, legend: true, label: colour, scheme: colours.length > 10 ? "sinebow" : "observable10", type: "categorical" },
    });
    plot.addEventListener("input", () => show(plot.value?.evaluation));
    for (const circle of plot.querySelectorAll(".members circle")) {
      circle.setAttribute("tabindex", "0");
      circle.setAttribute("role", "img");
      // Plot binds the index of its datum to every mark.
      const { evaluation } = members[d3.select(circle).datum()];
      circle.addEventListener("focus", () => show(evaluation));
    }
  };

  const course = document.getElementById("course-controls");
  const drawCourse = () => {
    const over = course.elements.over.value;
    const of = course.elements.of.value;
    const when = (evaluation) => (over === "seconds" ? evaluation.at : evaluation.index + 1);
    const last = d3.max(data.evaluations, when);
    const x = { label: `${over} →`, domain: [0, last || 1] };
    const none = data.evaluations.length === 0;
    draw("hypervolume", 200, `hypervolume over ${over}`, () => none ? null : [
      Plot.line(
        [{ at: 0, hypervolume: 0 }, ...data.evaluations.map((it) => ({ at: when(it), hypervolume: it.hypervolume }))],
        { x: "at", y: "hypervolume", curve: "step-after", stroke: style("--accent"), strokeWidth: 2 },
      ),
      Plot.tip(data.evaluations, Plot.pointerX({
        x: when, y: "hypervolume", title: (it) => `evaluation ${it.index}\nhypervolume ${it.hypervolume.toFixed(4)}\nafter ${number(it.at)} s`,
      })),
    ], { x, y: { label: "↑ hypervolume", zero: true } });
    if (!of) return;
    const quantity = byName.get(of);
    const known = data.evaluations.filter(({ values }) => values[of] > 0 || (values[of] === 0 && !quantity.is_cost));
    const plot = draw("course", 260, `${quantity.label} over ${over}`, () => known.length === 0 ? null : [
      Plot.dot(known, {
        x: when, y: (it) => it.values[of] * quantity.factor, r: (it) => (it.on_front ? 5 : 2.5),
        fill: (it) => (it.on_front ? style("--accent") : "none"), stroke: "currentColor",
        strokeOpacity: (it) => (it.on_front ? 1 : 0.5),
      }),
      Plot.tip(known, Plot.pointer({
        x: when, y: (it) => it.values[of] * quantity.factor, title: (it) => brief(it, [of]), lineWidth: 26,
      })),
    ], { x, y: { label: `↑ ${title(of)}`, ...axisOf(of, 260) }, r: { type: "identity" } });
    plot?.addEventListener("input", () => show(plot.value));
  };

  const curves = document.getElementById("curves-controls");
  const drawCurves = () => {
    if (!curves) return;
    const of = curves.elements.of.value;
    const points = data.curves.flatMap((curve) =>
      curve[of].map((value, epoch) => ({ curve, epoch: epoch + 1, value })),
    );
    const factor = of === "validation_accuracy" ? 100 : 1;
    const label = of === "validation_accuracy" ? "validation accuracy, %" : of.replace("_", " ");
    draw("curves", 320, `${label} over epochs`, () => points.length === 0 ? null : [
      ...[false, true].map((stays) => Plot.line(points.filter(({ curve }) => curve.on_front === stays), {
        x: "epoch", y: (it) => it.value * factor, z: (it) => it.curve.index,
        stroke: stays ? style("--accent") : "currentColor", strokeOpacity: stays ? 0.8 : 0.25,
        strokeWidth: stays ? 1.75 : 1,
      })),
      Plot.tip(points, Plot.pointer({
        x: "epoch", y: (it) => it.value * factor,
        title: ({ curve, epoch, value }) => `evaluation ${curve.index}${curve.on_front ? ", on the front" : ""}\nepoch ${epoch}\n${label} ${number(value * factor)}`,
      })),
    ], { x: { label: "epochs →", domain: [1, Math.max(2, d3.max(points, (it) => it.epoch) ?? 2)] }, y: { label: `↑ ${label}`, nice: true } });
  };

  const table = document.getElementById("members-table");
  const headers = [...(table?.querySelectorAll("thead th") ?? [])];
  const sortBy = (column, ascending) => {
    headers.forEach((header) => header.removeAttribute("aria-sort"));
    headers[column].setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const value = (row) => Number(row.cells[column].dataset.value) * (ascending ? 1 : -1);
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort((a, b) => value(a) - value(b)));
  };
  const sortTable = () => {
    headers.forEach((header, column) => {
      header.querySelector("button")?.addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        sortBy(column, ascending);
        // By name, since a later page may have more columns.
        remember("sort", [header.textContent, ascending]);
      });
    });
    const [name, ascending] = chosen.get("sort") ?? [headers[0]?.textContent, true];
    const column = headers.findIndex((header) => header.textContent === name);
    if (headers[column]?.querySelector("button")) sortBy(column, ascending);
  };

  // Reloads the page during a search, unless the reader is using it or has turned this off.
  const follow = document.getElementById("follow");
  const followSearch = () => {
    follow.checked = chosen.get("follow") ?? true;
    follow.addEventListener("change", () => remember("follow", follow.checked));
    let touched = -Infinity;
    for (const event of ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "scroll"]) {
      addEventListener(event, () => { touched = performance.now(); }, { passive: true });
    }
    setInterval(() => {
      if (follow.checked && !document.hidden && performance.now() - touched > 5000) location.reload();
    }, 3000);
  };

  const options = data.quantities.map(({ name, label }) => [name, label]);
  const isCost = (name) => byName.get(name)?.is_cost;
  const cost = data.objectives.find(isCost) ?? data.quantities.find(({ is_cost }) => is_cost)?.name;
  const share = data.objectives.find((name) => !isCost(name)) ?? data.objectives.find((name) => name !== cost) ?? cost;
  fill(front.elements.x, "x", options, cost);
  fill(front.elements.y, "y", options, share);
  fill(front.elements.colour, "colour", [["none", "nothing"], ...data.fields.map((field) => [field, field])], data.fields.at(-1) ?? "none");
  front.elements.all.checked = chosen.get("all") ?? true;
  front.elements.all.addEventListener("change", () => remember("all", front.elements.all.checked));
  for (const details of document.querySelectorAll("details")) {
    details.open = chosen.get(details.id) ?? false;
    details.addEventListener("toggle", () => remember(details.id, details.open));
  }
  fill(course.elements.over, "over", [["evaluations", "evaluations"], ["seconds", "seconds"]], "evaluations");
  fill(course.elements.of, "of", options, share);
  if (curves) {
    const known = [["loss", "training loss"], ["validation_loss", "validation loss"], ["validation_accuracy", "validation accuracy"]];
    fill(curves.elements.of, "curve", known.filter(([name]) => data.curves.some((curve) => curve[name].length)), "loss");
    curves.addEventListener("change", drawCurves);
  }
  front.addEventListener("change", drawFront);
  course.addEventListener("change", drawCourse);
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());

  const drawAll = () => { drawFront(); drawCourse(); drawCurves(); };
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) { width = innerWidth; drawAll(); }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  sortTable();
  drawAll();
  if (follow) followSearch();
})();
