"""The embedded referee: judges colour-and-shape phrases by looking at pixels."""
