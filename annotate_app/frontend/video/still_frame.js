// One exact frame on a canvas: the picture that referees are shown, sent by the server. The last one asked for wins.

const KEPT = 24; // pictures, so that stepping to and fro asks for nothing twice

class StillFrame {
  constructor(canvas) {
    this.canvas = canvas;
    this.pictures = new Map(); // number of the frame -> ImageBitmap
    this.asked = 0;
  }

  open(address) {
    if (this.address === address) return;
    this.address = address;
    this.asked += 1;
    for (const picture of this.pictures.values()) picture.close();
    this.pictures.clear();
    this.hide();
  }

  // Show a frame; resolves to whether it is on the page now, false when another one was asked for meanwhile.
  async show(number) {
    const turn = ++this.asked;
    this.aborter?.abort();
    this.aborter = new AbortController();
    const picture = await this.fetched(number, this.aborter.signal).catch((error) => {
      if (turn === this.asked && error.name !== "AbortError") throw error;
      return null;
    });
    if (turn !== this.asked || !picture) return false;
    Object.assign(this.canvas, { width: picture.width, height: picture.height });
    this.canvas.getContext("2d").drawImage(picture, 0, 0);
    this.canvas.dataset.frame = number;
    this.canvas.hidden = false;
    return true;
  }

  // Load a frame that may be asked for next; nothing depends on it.
  expect(number) {
    this.fetched(number).catch(() => {});
  }

  hide() {
    this.asked += 1;
    this.canvas.hidden = true;
    delete this.canvas.dataset.frame;
  }

  async fetched(number, signal) {
    const known = this.pictures.get(number);
    if (known) return known;
    const address = this.address;
    const answer = await fetch(`${address}/frame/${number}`, { signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(await answer.text());
    const picture = await createImageBitmap(await answer.blob());
    if (address === this.address) this.keep(number, picture);
    return picture;
  }

  keep(number, picture) {
    this.pictures.set(number, picture);
    for (const old of this.pictures.keys()) {
      if (this.pictures.size <= KEPT) return;
      if (old === number) continue;
      this.pictures.delete(old); // not closed: it may be about to be drawn
    }
  }
}
