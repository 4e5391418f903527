// What Streamlit calls. It calls again for every new `data`, without running the cleanup in between: one player per place,
// or every listener would be there twice and one key would rate two dimensions.

const PLAYERS = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  let player = PLAYERS.get(root);
  if (!player) {
    player = new Player(root);
    PLAYERS.set(root, player);
  }
  player.update(component);
  return () => {
    player.destroy();
    PLAYERS.delete(root);
  };
}
