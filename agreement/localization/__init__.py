"""Agreement on where and when: several people's spans of time, or boxes, about the same items."""
