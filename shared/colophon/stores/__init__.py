"""The stores: the only code of Colophon that calls AWS. README.md beside this file describes what they hold."""
