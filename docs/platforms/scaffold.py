"""Begins a platform: `make platform NAME=acme` writes its connector, sandbox and tests, all still to be done.

What it writes fails the contract suite rule by rule, each time naming what is to be written where; adding.md walks
through it. Not here: anything about a platform.
"""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "template"
CONTRACT = ("src", "crossdock", "connector", "contract.py")
NAME = re.compile(r"[a-z][a-z0-9]*")
# template -> where it goes; "{name}" is the platform's
FILES = {
    "connector_platform.txt": "src/crossdock/platforms/{name}/platform.py",
    "connector_quality.txt": "src/crossdock/platforms/{name}/quality.toml",
    "connector_connecting.txt": "src/crossdock/platforms/{name}/connecting.py",
    "connector_least.txt": "src/crossdock/platforms/{name}/least.toml",
    "connector_readme.txt": "src/crossdock/platforms/{name}/README.md",
    "sandbox_shop.txt": "src/crossdock_sandbox/{name}/shop.py",
    "sandbox_platform.txt": "src/crossdock_sandbox/{name}/platform.py",
    "test_platform.txt": "tests/platforms/{name}/test_{name}.py",
}
PACKAGES = ("src/crossdock/platforms/{name}", "src/crossdock_sandbox/{name}")


class NotBegun(Exception):
    """The name cannot be a platform's, or is one already."""


def begin(name: str, root: Path = ROOT) -> list[Path]:
    """Write the folders; answers the files. Raises NotBegun, and has written nothing then."""
    if not NAME.fullmatch(name):
        raise NotBegun(f"{name!r}: a platform's name is small letters and digits, beginning with a letter")
    for package in PACKAGES:
        if (root / package.format(name=name)).exists():
            raise NotBegun(f"{package.format(name=name)} is there already")
    written = []
    for package in PACKAGES:
        written.append(_write(root / package.format(name=name) / "__init__.py", ""))
    for template, place in FILES.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        filled = text.replace("@name@", name).replace("@Name@", name.capitalize())
        written.append(_write(root / place.format(name=name), filled))
    store = root / "src" / "crossdock" / "platforms" / name / "store.py"
    written.append(_write(store, _store(name, root.joinpath(*CONTRACT).read_text(encoding="utf-8"))))
    return written


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


# -- store.py is made from the contract itself, so that it never lags behind --


def _store(name: str, contract: str) -> str:
    tree = ast.parse(contract)
    (client,) = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "StoreClient"]
    methods = [one for one in client.body if isinstance(one, ast.AsyncFunctionDef)]
    used = {node.id for method in methods for node in ast.walk(_signature(method)) if isinstance(node, ast.Name)}
    used |= {"Clock", "Connection", "Http"}
    imports = "\n".join(_imports(tree, used))
    bodies = "\n".join(_method(contract, method) for method in methods).rstrip()
    text = (TEMPLATES / "connector_store.txt").read_text(encoding="utf-8")
    filled = text.replace("@imports@", imports).replace("@methods@", bodies)
    return filled.replace("@name@", name).replace("@Name@", name.capitalize())


def _signature(method: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
    return ast.AsyncFunctionDef(
        name=method.name, args=method.args, body=[ast.Pass()], decorator_list=[], returns=method.returns, lineno=0
    )


def _method(contract: str, method: ast.AsyncFunctionDef) -> str:
    """Its signature as the contract writes it, and a body that says that it is to be written."""
    lines = contract.splitlines()[method.lineno - 1 : method.body[0].lineno - 1]
    return "\n".join([*lines, f'        raise Unwritten("{method.name}")\n'])


def _imports(tree: ast.Module, used: set[str]) -> list[str]:
    """Each name from where the contract has it, or from the contract."""
    builtins = {"str", "int", "bool", "float", "None", "tuple", "object"}
    found: dict[str, set[str]] = {}
    known = {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    for each in used - builtins:
        found.setdefault(known.get(each, "crossdock.connector.contract"), set()).add(each)
    lines = [_import(module, found[module]) for module in sorted(found)]
    ours = [each for each in lines if each.startswith("from crossdock")]
    return [*(each for each in lines if each not in ours), "", *ours]


def _import(module: str, names: set[str]) -> str:
    listed = sorted(names, key=str.lower)
    line = f"from {module} import {', '.join(listed)}"
    if len(line) <= 120:
        return line
    return f"from {module} import (\n" + "".join(f"    {each},\n" for each in listed) + ")"


def main() -> int:
    try:
        (name,) = sys.argv[1:]
        written = begin(name)
    except ValueError:
        sys.stderr.write("make platform NAME=acme\n")
        return 2
    except NotBegun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for file in written:
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
    sys.stdout.write(
        f"\nNow: make test ARGS='tests/contract -k {name}', and write what it names, from the top.\n"
        "docs/platforms/adding.md walks through it.\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
