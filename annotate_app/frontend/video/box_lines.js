// Boxes on a canvas above the video, in a coloured line between two black ones, which shows on every picture and to every
// eye. The lines lie outside the box, so that they hide nothing of what is judged.

const CLAIMED = "#ffd60a"; // the model's
const OWN = "#35d0ff"; // what the rater drew
const BLACK = "#0b0d10";
const LEAST = 18; // pixels of the screen: what is smaller is drawn that large, with a cross that points at it
const LINES = [[0, 1.5, BLACK], [1.5, 3, null], [4.5, 1.5, BLACK]]; // from the inside: distance, width, colour
const OUTERMOST = 6;

// Where the picture lies within the stage, in pixels: videos keep their shape, so there may be bars around it, and what
// is zoomed into is larger than the stage.
function pictureArea(canvas, size, view) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const fit = Math.min(width / size.width, height / size.height);
  const [w, h] = [size.width * fit * view.scale, size.height * fit * view.scale];
  return {
    left: width / 2 - view.scale * (view.x - 0.5) * width - w / 2,
    top: height / 2 - view.scale * (view.y - 0.5) * height - h / 2,
    width: w,
    height: h,
  };
}

function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

// Corners of a box in pixels of the stage.
function cornersOf([x1, y1, x2, y2], area) {
  return [
    area.left + x1 * area.width,
    area.top + y1 * area.height,
    area.left + x2 * area.width,
    area.top + y2 * area.height,
  ];
}

// No smaller than can be seen, around the same middle.
function enlarged([left, top, right, bottom]) {
  const [x, y] = [Math.max(0, LEAST - (right - left)) / 2, Math.max(0, LEAST - (bottom - top)) / 2];
  return [left - x, top - y, right + x, bottom + y];
}

// Lines that would fall off the edge of the stage are drawn along the edge: a box as large as the picture is seen, too.
function strokeAround(context, [left, top, right, bottom], inner, width, colour) {
  const { clientWidth, clientHeight } = context.canvas;
  const out = inner + width / 2;
  const edge = OUTERMOST - out; // the outermost line lies on the very edge
  const onStage = (value, most) => Math.min(most - edge, Math.max(edge, value));
  const beside = (low, high, most) => high < 0 || low > most; // zoomed away from
  if (beside(left, right, clientWidth) || beside(top, bottom, clientHeight)) return;
  const [x, y] = [onStage(left - out, clientWidth), onStage(top - out, clientHeight)];
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.strokeRect(x, y, onStage(right + out, clientWidth) - x, onStage(bottom + out, clientHeight) - y);
}

// Four strokes that point at what is too small to be seen in its frame.
function pointAt(context, [left, top, right, bottom], colour) {
  const [x, y, gap, length] = [(left + right) / 2, (top + bottom) / 2, OUTERMOST, 12];
  for (const [width, ink] of [[5, BLACK], [2, colour]]) {
    context.lineWidth = width;
    context.strokeStyle = ink;
    context.beginPath();
    for (const [fromX, fromY, dx, dy] of [[left - gap, y, -1, 0], [right + gap, y, 1, 0], [x, top - gap, 0, -1], [x, bottom + gap, 0, 1]]) {
      context.moveTo(fromX, fromY);
      context.lineTo(fromX + dx * length, fromY + dy * length);
    }
    context.stroke();
  }
}

// Draw boxes, each { corners: [x1, y1, x2, y2] in shares of the picture, colour }; returns whether one is smaller than
// it is drawn.
function drawBoxes(canvas, size, view, boxes) {
  const context = fitCanvas(canvas);
  const area = pictureArea(canvas, size, view);
  let tiny = false;
  for (const { corners, colour } of boxes) {
    const exact = cornersOf(corners, area);
    const drawn = enlarged(exact);
    for (const [inner, width, ink] of LINES) strokeAround(context, drawn, inner, width, ink ?? colour);
    if (drawn[0] < exact[0] && drawn[1] < exact[1]) {
      pointAt(context, drawn, colour);
      tiny = true;
    }
  }
  return tiny;
}
