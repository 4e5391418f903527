// The claim's box on a canvas above the video, in a yellow line between two black ones, which shows on every picture
// and to every eye. The lines lie outside the box, so that they hide nothing of what is judged.

const YELLOW = "#ffd60a";
const BLACK = "#0b0d10";

// Where the picture lies within the element: videos keep their shape, so there may be bars around it.
function pictureArea(video) {
  const width = video.clientWidth;
  const height = video.clientHeight;
  const scale = Math.min(width / (video.videoWidth || 16), height / (video.videoHeight || 9));
  const [w, h] = [(video.videoWidth || 16) * scale, (video.videoHeight || 9) * scale];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}

function fitCanvas(canvas, video) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(video.clientWidth * ratio), Math.round(video.clientHeight * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, video.clientWidth, video.clientHeight);
  return context;
}

function strokeAround(context, [left, top, right, bottom], inner, width, colour) {
  const out = inner + width / 2;
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.strokeRect(left - out, top - out, right - left + 2 * out, bottom - top + 2 * out);
}

// Draw boxes given as (t, x1, y1, x2, y2) in shares of the picture.
function drawBoxes(canvas, video, boxes) {
  const context = fitCanvas(canvas, video);
  const area = pictureArea(video);
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
