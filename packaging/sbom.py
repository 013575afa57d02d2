#!/usr/bin/env python3
"""Writes what a package is made of, as SPDX 2.3 in JSON.

    sbom.py --deb FILE --commit HASH --created YYYY-MM-DDTHH:MM:SSZ >FILE.spdx.json

What it links is the package's Depends; what is compiled into it are the headers that HEADERS and CLIENT_HEADERS name. Versions are those
that are installed here, where it was built. Spec: SPDX 2.3, chapters 6, 7 and 11.
"""

import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys

HEADERS = ("libboost1.81-dev", "nlohmann-json3-dev", "libcli11-dev")
CLIENT_HEADERS = ("nlohmann-json3-dev",)  # of libwardend-dev


def said_by(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def package(identifier: str, name: str, version: str, **more: str) -> dict:
    return {"SPDXID": f"SPDXRef-{re.sub('[^A-Za-z0-9.]', '-', identifier)}", "name": name, "versionInfo": version,
            "downloadLocation": "NOASSERTION", "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", **more}


def debian_package(name: str) -> dict:
    version = said_by("dpkg-query", "-W", "-f", "${Version}", name)
    reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                 "referenceLocator": f"pkg:deb/debian/{name}@{version.replace(':', '%3A').replace('+', '%2B')}"}
    return package(f"deb-{name}", name, version, filesAnalyzed=False, externalRefs=[reference])


def linked(deb: pathlib.Path) -> list:
    """The libraries among its dependencies: what shlibdeps found, which is all that begins with lib or is zlib."""
    names = [re.split(r"[ (|]", part.strip())[0] for part in said_by("dpkg-deb", "-f", str(deb), "Depends").split(",")]
    return sorted(name for name in names if name.startswith("lib") or name == "zlib1g")


def document(deb: pathlib.Path, commit: str, created: str) -> dict:
    name, version = (said_by("dpkg-deb", "-f", str(deb), field) for field in ("Package", "Version"))
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    itself = package(name, name, version, licenseDeclared="Apache-2.0", filesAnalyzed=False, sourceInfo=f"commit {commit}",
                     checksums=[{"algorithm": "SHA256", "checksumValue": digest}])
    parts = {kind: [debian_package(part) for part in names]
             for kind, names in (("DYNAMIC_LINK", linked(deb)), ("CONTAINS", CLIENT_HEADERS if name.startswith("lib") else HEADERS))}
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": itself["SPDXID"]}]
    for kind, others in parts.items():
        relations += [{"spdxElementId": itself["SPDXID"], "relationshipType": kind, "relatedSpdxElement": other["SPDXID"]}
                      for other in others]
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": deb.name,
            "documentNamespace": f"https://spdx.org/spdxdocs/{deb.name}-{digest}",
            "creationInfo": {"created": created, "creators": ["Tool: wardend-packaging"]},
            "packages": [itself, *parts["DYNAMIC_LINK"], *parts["CONTAINS"]], "relationships": relations}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--deb", required=True, type=pathlib.Path)
    options.add_argument("--commit", required=True)
    options.add_argument("--created", required=True)
    given = options.parse_args()
    json.dump(document(given.deb, given.commit, given.created), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
