"""What a video file is made of: container, the stream that is shown, clock, end, what browsers make of it."""
