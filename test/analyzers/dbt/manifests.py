"""What `dbt parse` says of each project on each target: rows by target, as JSON. Projects are copied, so that nothing is written beside them."""
import contextlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner

asked = json.load(sys.stdin)


def relation(node):
    return "" if node.relation_name is None else ".".join([node.database, node.schema, node.alias])


def names(node, kind):
    """Of what is built dbt has looked up each name; of what is disabled only the names are known."""
    if kind == "source":
        return sorted({".".join(pair) for pair in node.sources})
    found = {called(unique_id) for unique_id in node.depends_on.nodes if unique_id.split(".")[0] != "source"}
    return sorted(found or {ref.name if ref.version is None else f"{ref.name}.v{ref.version}" for ref in node.refs})


def called(unique_id):
    """`model.shop.orders.v2` is `orders.v2`."""
    return ".".join(unique_id.split(".")[2:])


def owner(node, groups):
    meta = node.config.meta or {}
    found = meta.get("owner") or (meta.get("dagster", {}).get("owners") or [None])[0]
    return found or groups.get(node.config.group)


def node_row(node, groups, enabled):
    kind = node.resource_type.value
    return {
        "project": node.package_name,
        "file": node.original_file_path,
        "name": node.name,
        "version": None if kind != "model" or node.version is None else str(node.version),
        "materialized": kind if kind != "model" else node.config.materialized,
        "relation": relation(node),
        "refs": names(node, "ref") if kind != "seed" else [],
        "sources": names(node, "source") if kind != "seed" else [],
        "owner": owner(node, groups),
        "dataset": enabled and node.config.materialized != "ephemeral",
    }


def source_row(source):
    place = ".".join([source.database, source.schema, source.identifier])
    return {"project": source.package_name, "file": source.original_file_path, "name": f"{source.source_name}.{source.name}", "relation": place}


def parse(project, work, target):
    folders = ["--project-dir", str(project), "--profiles-dir", str(work), "--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    usual = ["--target", target, "--quiet", "--no-partial-parse", "--no-version-check", "--no-send-anonymous-usage-stats"]
    if (project / "packages.yml").exists() and not (project / "dbt_packages").exists():
        checked(dbtRunner().invoke(["deps", *folders[:4], "--log-path", str(work / "logs"), "--quiet", "--no-send-anonymous-usage-stats"]), project)
    return checked(dbtRunner().invoke(["parse", *folders, *usual]), project)


def checked(result, project):
    if not result.success:
        raise SystemExit(f"{project}: {result.exception}")
    return result.result


KINDS = ("model", "seed", "snapshot")


def rows(project, work, target):
    manifest = parse(project, work, target)
    groups = {group.name: group.owner.email or group.owner.name for group in manifest.groups.values()}
    disabled = [node for nodes in manifest.disabled.values() for node in nodes]
    kept = [(node, True) for node in manifest.nodes.values()] + [(node, False) for node in disabled]
    return {
        "nodes": [node_row(node, groups, enabled) for node, enabled in kept if node.resource_type.value in KINDS],
        "sources": [source_row(source) for source in manifest.sources.values()],
    }


def main():
    found = []
    with tempfile.TemporaryDirectory() as temporary, contextlib.redirect_stdout(sys.stderr):
        work = Path(temporary)
        (work / "profiles.yml").write_text(json.dumps({"shop": {"target": "dev", "outputs": asked["targets"]}}))
        for one in asked["asked"]:
            project = work / "projects" / one["project"]
            if not project.exists():
                shutil.copytree(Path(asked["folder"]) / one["project"], project)
            found.append({**one, **rows(project, work, one["target"])})
    json.dump(found, sys.stdout)


main()
