// The claim's box on a canvas above the video, in a yellow line between two black ones, which shows on every picture
// and to every eye. The lines lie outside the box, so that they hide nothing of what is judged.

const YELLOW = "#ffd60a";
const BLACK = "#0b0d10";

// Where the picture lies within the canvas: videos keep their shape, so there may be bars around it.
function pictureArea(canvas, size) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const scale = Math.min(width / size.width, height / size.height);
  const [w, h] = [size.width * scale, size.height * scale];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
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

function strokeAround(context, [left, top, right, bottom], inner, width, colour) {
  const out = inner + width / 2;
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.strokeRect(left - out, top - out, right - left + 2 * out, bottom - top + 2 * out);
}

// Draw boxes given as (t, x1, y1, x2, y2) in shares of a picture of this width and height.
function drawBoxes(canvas, size, boxes) {
  const context = fitCanvas(canvas);
  const area = pictureArea(canvas, size);
  for (const [, x1, y1, x2, y2] of boxes) {
    const corners = [
      area.left + x1 * area.width,
      area.top + y1 * area.height,
      area.left + x2 * area.width,
      area.top + y2 * area.height,
    ];
    strokeAround(context, corners, 0, 1.5, BLACK);
    strokeAround(context, corners, 1.5, 3, YELLOW);
    strokeAround(context, corners, 4.5, 1.5, BLACK);
  }
}
