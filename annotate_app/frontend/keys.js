// Which key does what. A reaction is a function, or nothing when the browser should go on as usual.

function reaction(player, event) {
  const target = event.composedPath()[0];
  if (event.repeat && !/^(Arrow|[,.])/.test(event.key)) return null;
  if (target.matches?.("button, a") && (event.key === "Enter" || event.key === " ")) return null;
  if (target.matches?.("input, textarea, select")) return whileTyping(player, event.key);
  return onPage(player, event, target);
}

function whileTyping(player, key) {
  const skipping = player.isSkipping();
  if (key === "Enter") return () => (skipping ? player.skip() : player.save());
  if (key === "Escape") return () => (skipping ? player.closeSkip() : player.scales.focus());
  return null;
}

function onPage(player, event, target) {
  const { stage, locked } = player;
  const skipping = player.isSkipping();
  const scales = skipping ? player.reasons : player.scales;
  const free = (react) => (locked ? null : react);
  if (/^[0-9]$/.test(event.key)) return free(() => scales.press(Number(event.key)));
  const onBar = target.matches?.(".bar");
  // a dimension without a level holds the focus as a whole: from there Tab goes to the next one, not into it
  const onward = !event.shiftKey && target.matches?.(".scale") && scales.active < scales.groups.length - 1;
  const keys = {
    Enter: () => (skipping ? player.skip() : player.save()),
    Escape: skipping ? () => player.closeSkip() : null,
    Tab: onward ? () => scales.go(1) : null,
    ArrowDown: free(() => scales.nudge(1)),
    ArrowUp: free(() => scales.nudge(-1)),
    ArrowRight: () => (onBar ? stage.frame(1) : scales.go(1)),
    ArrowLeft: () => (onBar ? stage.frame(-1) : scales.go(-1)),
    " ": () => stage.toggle(),
    ",": () => stage.frame(-1),
    ".": () => stage.frame(1),
    j: () => stage.nextBox(),
    r: () => stage.replay(),
    u: () => player.back(),
    s: () => player.openSkip(),
    n: () => player.find(".note input").focus(),
  };
  return keys[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}
