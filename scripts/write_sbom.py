"""Write a software bill of materials in CycloneDX JSON: a package and all that it needs, as installed.

usage: write_sbom.py SITE_PACKAGES REQUIREMENT FILE
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


class Closure:
    """What a requirement stands for among the packages of one folder, and what these need, and so on."""

    def __init__(self, site_packages: str) -> None:
        found = distributions(path=[site_packages])
        self._installed = {canonicalize_name(each.metadata["Name"]): each for each in found}
        self._seen: set[tuple[str, str]] = set()
        self.packages: dict[str, Distribution] = {}
        self.needs: dict[str, set[str]] = {}

    def add(self, requirement: Requirement) -> str:
        """Add what a requirement stands for; return its name.

        Raises:
            LookupError: it is not installed.
        """
        name = canonicalize_name(requirement.name)
        if name not in self._installed:
            raise LookupError(f"{requirement} is not installed")
        package = self.packages[name] = self._installed[name]
        needs = self.needs.setdefault(name, set())
        for extra in ("", *requirement.extras):
            if (name, extra) in self._seen:
                continue
            self._seen.add((name, extra))
            for needed in map(Requirement, package.requires or ()):
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    needs.add(self.add(needed))
        return name


def describe(closure: Closure, root: str) -> Bom:
    """The closure as a bill of materials for ``root``."""
    components = {name: _component(package) for name, package in closure.packages.items()}
    bom = Bom()
    bom.metadata.component = components[root]
    bom.metadata.component.type = ComponentType.APPLICATION
    for name, component in components.items():
        if name != root:
            bom.components.add(component)
        bom.register_dependency(
            component, [components[needed] for needed in closure.needs[name] if needed != name]
        )
    return bom


def _component(package: Distribution) -> Component:
    name, version = canonicalize_name(package.metadata["Name"]), package.version
    # Texts of several lines are whole licences, not names of one.
    licence = package.metadata["License-Expression"] or package.metadata["License"] or ""
    named = licence if licence and "\n" not in licence else ""
    url = PackageURL("pypi", name=name, version=version)
    return Component(
        name=name,
        version=version,
        bom_ref=str(url),
        purl=url,
        description=package.metadata["Summary"],
        licenses=[LicenseFactory().make_from_string(named)] if named else [],
    )


def main(site_packages: str, requirement: str, file: str) -> None:
    """Write the file, after checking it against the standard's schema.

    Raises:
        LookupError: something that is needed is not installed.
        ValueError: what was made is not valid.
    """
    closure = Closure(site_packages)
    root = closure.add(Requirement(requirement))
    text = make_outputter(describe(closure, root), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(
        indent=2
    )
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill of materials is not valid: {fault}")
    Path(file).write_text(text + "\n")
    sys.stdout.write(f"{file}: {len(closure.packages)} packages\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
