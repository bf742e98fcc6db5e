"""What operators do with a stack or with a folder. Nothing here prints or asks: progress is reported by callbacks."""
