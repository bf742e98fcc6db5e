"""The pages' templates, compiled as Jinja2 would at the first use of each: ``python -m layer.templates FOLDER``."""

import sys
from pathlib import Path


def compile_templates(layer: Path) -> None:
    """Compile every template of ``layer``'s package, in the environment that it is used in."""
    from jinja2.bccache import Bucket, BytecodeCache

    from colophon.page.environment import compiled_template_file, environment

    class Kept(BytecodeCache):
        """Nothing is there, and all that was compiled is written."""

        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.reset()

        def dump_bytecode(self, bucket: Bucket) -> None:
            place = Path(str(compiled_template_file(bucket)))
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(bucket.bytecode_to_string())

    compiling = environment()
    compiling.bytecode_cache = Kept()
    for template in sorted((layer / "colophon/templates").iterdir()):
        if template.suffix in (".html", ".xml"):
            compiling.get_template(template.name)


if __name__ == "__main__":
    compile_templates(Path(sys.argv[1]))
