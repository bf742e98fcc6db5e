"""Compiles the page templates, as Jinja2 would at their first use: ``python -m layer.templates FOLDER``."""

import sys
from pathlib import Path


def compile_templates(layer: Path) -> None:
    """Compile every template of the package in ``layer``, in the environment that renders it."""
    # Imported only now, from the layer: __main__ has put it on the path.
    from jinja2.bccache import Bucket, BytecodeCache

    from colophon.page.environment import compiled_template_file, environment

    class Writer(BytecodeCache):
        """Loads nothing, so that everything is compiled, and writes the result where the functions look for it."""

        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.reset()

        def dump_bytecode(self, bucket: Bucket) -> None:
            path = Path(str(compiled_template_file(bucket)))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(bucket.bytecode_to_string())

    jinja = environment()
    jinja.bytecode_cache = Writer()
    for template in sorted((layer / "colophon/templates").iterdir()):
        if template.suffix in (".html", ".xml"):
            jinja.get_template(template.name)


if __name__ == "__main__":
    compile_templates(Path(sys.argv[1]))
