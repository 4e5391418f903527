// What each key does on the page. A reaction is a function, or nothing when the browser should go on as usual.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const REPEATED = new Set(["frame_back", "frame_on"]); // while the key is held down

function reaction(player, event) {
  const target = event.composedPath()[0];
  const action = player.bindings.action(event);
  if (player.claims.isOpen()) return player.claims.reaction(event, action);
  if (event.repeat && !event.key.startsWith("Arrow") && !REPEATED.has(action)) return null;
  if (target.matches?.("button, a") && (event.key === "Enter" || event.key === " ")) return null;
  if (target.matches?.("input, textarea, select")) return whileTyping(player, event.key);
  if (player.marking.open) return whileMarking(player, event, action);
  return onPage(player, event, action, target);
}

function whileTyping(player, key) {
  const skipping = player.skipping.isOpen();
  if (key === "Enter") return () => (skipping ? player.skip() : player.save());
  if (key === "Escape") return () => (skipping ? player.skipping.close() : player.scales.focus());
  return null;
}

// Actions that are the same in every step of rating a claim.
function everywhere(player, action) {
  const { stage, controls } = player;
  return {
    play: () => stage.toggle(),
    box: () => controls.jump(),
    replay: () => stage.replay(),
    frame_back: () => stage.frame(-1),
    frame_on: () => stage.frame(1),
    slower: () => controls.changeSpeed(-1),
    faster: () => controls.changeSpeed(1),
    loop: () => controls.toggleLoop(),
    zoom: () => controls.toggleZoom(),
    full_screen: () => controls.toggleFullScreen(),
    claims: () => player.openClaims(),
    back: () => player.goTo(player.data.previous),
    forward: () => player.goTo(player.data.next),
  }[action];
}

function whileMarking(player, event, action) {
  const { marking } = player;
  const arrow = ARROWS[event.key];
  if (arrow) return () => marking.nudge(arrow, event.shiftKey);
  const keys = { Enter: () => marking.finish(), Escape: () => marking.cancel(), Delete: () => marking.erase() };
  const marks = { span_start: () => marking.setSpan(0), span_end: () => marking.setSpan(1) };
  return keys[event.key] ?? marks[action] ?? everywhere(player, action) ?? null;
}

function onPage(player, event, action, target) {
  const { stage, locked, skipping } = player;
  const scales = skipping.isOpen() ? skipping.reasons : player.scales;
  const free = (react) => (locked ? null : react);
  const level = player.bindings.level(event);
  if (level !== null && scales.has(level)) return free(() => scales.press(level));
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey && stage.zoom.zoomed) return () => stage.zoom.pan(...arrow);
  const onBar = target.matches?.(".bar");
  // a dimension without a level holds the focus as a whole: from there Tab goes to the next one, not into it
  const onward = !event.shiftKey && target.matches?.(".scale") && scales.active < scales.groups.length - 1;
  const keys = {
    Enter: () => (skipping.isOpen() ? player.skip() : player.save()),
    Escape: skipping.isOpen() ? () => skipping.close() : null,
    Tab: onward ? () => scales.go(1) : null,
    ArrowDown: free(() => scales.nudge(1)),
    ArrowUp: free(() => scales.nudge(-1)),
    ArrowRight: () => (onBar ? stage.frame(1) : scales.go(1)),
    ArrowLeft: () => (onBar ? stage.frame(-1) : scales.go(-1)),
  };
  const actions = {
    draw: () => player.draw(),
    skip: () => player.openSkip(),
    note: () => player.find(".note input").focus(),
  };
  return keys[event.key] ?? actions[action] ?? everywhere(player, action) ?? null;
}
