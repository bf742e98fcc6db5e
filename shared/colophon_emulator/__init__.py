"""Emulated AWS in this process, deployed from template.yaml. The one door is ``colophon_emulator.stack.LocalStack``."""
