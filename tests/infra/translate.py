"""Prints the template as CloudFormation sees it, with the serverless part translated.

    python translate.py TEMPLATE

The linter understands the short form, but checks values inside its events only in the long one.
"""

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Roles are written out: no policy of somebody else is looked up, and nothing is asked over the network."""

    def load(self):
        return {}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        template = yaml_parse(file.read())
    # The translator wants what the package command puts here.
    template["Globals"]["Function"]["CodeUri"] = "s3://artifacts/forebill.zip"
    translated = transform(template, {}, NoManagedPolicies())
    functions = [r for r in translated["Resources"].values() if r["Type"] == "AWS::Lambda::Function"]
    if not functions:
        sys.exit("the translated template has no function")
    json.dump(translated, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
